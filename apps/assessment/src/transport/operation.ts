/** What the queue holds, in the order in which the server must see it. */
export interface Operation {
  readonly call: "batches" | "task-done" | "note";
  /** The request's JSON text, fixed when it is queued: a repetition has the same bytes and so the same hash. */
  readonly body: string;
}
