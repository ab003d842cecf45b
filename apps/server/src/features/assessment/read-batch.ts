import { MAX_BATCH_INPUTS, type BatchRequest } from "@tallystick/contract";

const MEMBERS = 6;

/**
 * The batch when it plainly has the contract's shape, else null: then the schema decides and explains. Batches are most
 * of what applicants send, and the schema alone takes a sixth of the time a batch costs.
 */
export function plainBatch(body: unknown): BatchRequest | null {
  if (typeof body !== "object" || body === null || Object.keys(body).length !== MEMBERS) return null;
  const { run, epoch, task_index, attempt, seq, inputs } = body as Partial<Record<keyof BatchRequest, unknown>>;
  const isPlain =
    isWhole(run, 2 ** 31 - 1) &&
    isWhole(epoch, 2 ** 31 - 1) &&
    isWhole(task_index, 50) &&
    isWhole(attempt, 3) &&
    attempt > 0 &&
    isWhole(seq, 100_000) &&
    Array.isArray(inputs) &&
    inputs.length > 0 &&
    inputs.length <= MAX_BATCH_INPUTS &&
    inputs.every(isPlainInput);
  // Every member was checked just now, and there are no others.
  return isPlain ? (body as BatchRequest) : null;
}

function isPlainInput(input: unknown): boolean {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return false;
  const { n, at, kind } = input as { readonly n?: unknown; readonly at?: unknown; readonly kind?: unknown };
  return (
    isWhole(n, 100_000) && isWhole(at, 86_400_000) && typeof kind === "string" && kind.length > 0 && kind.length <= 40
  );
}

function isWhole(value: unknown, max: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max;
}
