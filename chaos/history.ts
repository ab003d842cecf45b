/** Everything a run knows at its end; the checker judges nothing else. Times are epoch milliseconds of the harness. */
export interface History {
  readonly lenders: readonly LenderFacts[];
  readonly acknowledged: readonly Acknowledged[];
  readonly receipts: readonly Receipt[];
  readonly rows: Rows;
  /** Deliveries as they were seen once, somewhere in the run, when they were already delivered. */
  readonly seenDelivered: readonly SeenDelivered[];
}

/** One environment of one lender, with a receiver of its own. */
export interface LenderFacts {
  readonly environmentId: string;
  readonly integrationId: string;
  readonly apiKeys: readonly Credential[];
  readonly secrets: readonly Credential[];
}

export interface Credential {
  readonly value: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What the API answered with 200, so that it may never be lost. */
export interface Acknowledged {
  readonly uid: string;
  readonly environmentId: string;
  /** `finish`: the applicant's own; `simulated`: the session of a sandbox uid, which then plays by itself. */
  readonly kind: "finish" | "simulated";
  readonly atMs: number;
}

/** One request that a receiver got whole. */
export interface Receipt {
  /** Whose receiver it was. */
  readonly environmentId: string;
  readonly atMs: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /** The status it sent, whether that arrived or not; null: none. */
  readonly answered: number | null;
}

export interface Rows {
  readonly sessions: readonly {
    readonly session_id: string;
    readonly environment_id: string;
    readonly uid: string;
    readonly state: string;
  }[];
  readonly results: readonly { readonly session_id: string; readonly result_id: string }[];
  readonly events: readonly {
    readonly event_id: string;
    readonly environment_id: string;
    readonly session_id: string | null;
    readonly type: string;
    readonly body: string | null;
  }[];
  readonly deliveries: readonly {
    readonly delivery_id: string;
    readonly event_id: string;
    readonly state: string;
    readonly delivered_at: string | null;
  }[];
  readonly attempts: readonly {
    readonly delivery_id: string;
    readonly attempt_id: string;
    /** 1 for the first; twice the same: one of them had lost its lease. */
    readonly number: number;
    /** null: the worker got no answer. */
    readonly status: number | null;
  }[];
}

export interface SeenDelivered {
  readonly delivery_id: string;
  readonly delivered_at: string;
}
