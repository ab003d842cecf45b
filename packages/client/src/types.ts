/** The wire as your code sees it: member names are those of the HTTP reference. Members may be added over time. */

export interface CreateSessionRequest {
  /** Your identifier of the applicant or application: 5 to 60 of A–Z, a–z, 0–9, _ and -. */
  uid: string;
  /** Names one deployment and one environment, Test or Production. */
  integration_id: string;
  language?: string;
  /** At most 20 pairs, echoed in every webhook. No personal data. */
  metadata?: Record<string, string>;
  stakes?: "high" | "low";
}

export interface CreateSessionResponse {
  access_token: string;
  /** Append `/` and the access token to hand the applicant over; or use `link`. */
  url: string;
  session_id: string;
  /** Epoch seconds. */
  expires_at: number;
  /** Short URL that opens the same journey; fits one SMS. */
  link: string;
  warnings: { code: string; detail: string }[];
}

/** A session by your identifier, in the environment of the key, or by ours. */
export type SessionName = { uid: string } | { session_id: string };

/** Times are epoch seconds. */
export interface Session {
  session_id: string;
  uid: string;
  integration_id: string;
  state: "created" | "opened" | "in_progress" | "completed" | "cancelled" | "incomplete" | "expired";
  /** Of a completed journey. */
  outcome: "scored" | "unscorable" | null;
  reasons: string[];
  /** Rises with every re-open. */
  run: number;
  /** Anything but `running`: the link waits, and `expires_at` says how long. */
  clock: "running" | "at_token" | "at_opening";
  simulated: boolean;
  language: string | null;
  metadata: Record<string, string>;
  created_at: number;
  expires_at: number;
  opened_at: number | null;
  consented_at: number | null;
  ended_at: number | null;
  /** When the applicant last sent something, or the session last changed. */
  last_activity_at: number | null;
  link: string;
  can_reopen: boolean;
  can_cancel: boolean;
  warnings: { code: string; detail: string }[];
  earlier_runs: {
    run: number;
    state: "expired" | "cancelled" | "incomplete";
    reasons: string[];
    opened_at: number | null;
    consented_at: number | null;
    ended_at: number | null;
    reopened_at: number;
  }[];
  /** Sessions of this environment whose uid is easily mistaken for this one. */
  near_duplicates: {
    uid: string;
    session_id: string;
    relation: "same_form" | "one_token";
    state: string;
    created_at: number;
  }[];
}

export interface WebhookTestResult {
  webhook_receiver_status_code: number;
  detail: string;
}

export type RiskBand = "VERY_LOW" | "LOW" | "MEDIUM" | "HIGH" | "VERY_HIGH";
export type EndReason =
  | "PRIVACY_POLICY_REJECTED"
  | "CANCELLED_BY_LENDER"
  | "LINK_REVOKED"
  | "APPLICANT_STOPPED"
  | "TASKS_MISSING"
  | "DATA_UNUSABLE";

export interface Calculated {
  /** Percentile of risk, 1–99. Lower is better. */
  score: number;
  risk_band: RiskBand;
  /** Data confidence. LOW means review, never automatic decline. */
  score_confidence: "HIGH" | "MEDIUM" | "LOW";
  traits: { key: string; value: number; risk_band: RiskBand | "NOT_RATED" }[];
  flags: { key: string; share?: string | undefined }[];
  /** 0–100. */
  trust_score: number;
  reasons: { key: string; text: string }[];
  model_version: string;
  calibrated: boolean;
  norms: "provisional" | "local";
}

interface Extensions {
  /** Present when a simulated applicant of the sandbox played. */
  simulated?: true | undefined;
  metadata?: Record<string, string> | undefined;
}

/** Times are epoch seconds; null where the link was never opened. */
export type WebhookEvent =
  | {
      type: "psychometric_score.complete";
      details: Extensions & {
        application_started_at: number;
        application_completed_at: number;
        scored_at: number;
        platform: "WEB";
        calculated: Calculated;
      };
    }
  | {
      type: "application.complete";
      details: Extensions & { application_started_at: number; application_completed_at: number };
    }
  | {
      type: "application.expired";
      details: Extensions & { application_started_at: number | null; application_expired_at: number };
    }
  | {
      type: "application.incomplete";
      details: Extensions & { application_started_at: number; application_ended_at: number };
      reasons: EndReason[];
    }
  | {
      type: "application.cancelled";
      details: Extensions & { application_started_at: number | null; application_cancelled_at: number };
      reasons: EndReason[];
    };

export interface WebhookBody {
  /** Your identifier, byte for byte as you gave it. */
  uid: string;
  integration_id: string;
  event: WebhookEvent;
}

/** How the newest delivery of an event stands. Times are epoch seconds. */
export interface Delivery {
  /** `held`: the endpoint is disabled. `dead`: given up after the last attempt. */
  state: "pending" | "held" | "delivered" | "dead";
  attempts: number;
  last_status: number | null;
  delivered_at: number | null;
  next_attempt_at: number | null;
}

/** A session and its result. Times are epoch seconds. */
export interface ResultRecord extends Pick<
  Session,
  | "session_id"
  | "uid"
  | "integration_id"
  | "state"
  | "outcome"
  | "reasons"
  | "run"
  | "simulated"
  | "metadata"
  | "created_at"
  | "expires_at"
  | "opened_at"
  | "ended_at"
  | "last_activity_at"
> {
  /** Null while there is none, and after it was removed when its time was over. */
  result: {
    result_id: string;
    run: number;
    scored_at: number;
    /** Null: the data could not be scored. */
    calculated: Calculated | null;
    model_version: string;
    battery_version: string;
    model_hash: string;
    inputs_hash: string;
    calculated_hash: string;
  } | null;
  /** `delivery` is null when no webhook URL was set. */
  last_event: { event_id: string; type: string; created_at: number; delivery: Delivery | null } | null;
}

/** Absent members do not narrow the list. Times are epoch seconds; the ends are not included. */
export interface ResultFilter {
  /** Exactly this uid. */
  uid?: string;
  /** The list is then in the order of the uids. */
  uid_prefix?: string;
  state?: Session["state"] | readonly Session["state"][];
  outcome?: "scored" | "unscorable";
  risk_band?: RiskBand | readonly RiskBand[];
  confidence?: Calculated["score_confidence"] | readonly Calculated["score_confidence"][];
  simulated?: boolean;
  created_from?: number;
  created_to?: number;
  /** With one of these two the list is in the order of completion, newest first. */
  completed_from?: number;
  completed_to?: number;
}

/** One event of the feed: what your webhook endpoint got, or should have got. */
export interface FeedEvent {
  /** The `webhook-id` it is sent with: remember it and ignore what you have seen. */
  event_id: string;
  /** Store it when you have dealt with the event, and go on from it. */
  cursor: string;
  type: string;
  /** Epoch seconds. */
  created_at: number;
  session_id: string | null;
  run: number | null;
  /** Null: no webhook URL was set when it happened. */
  delivery: Delivery | null;
  /** Byte for byte as it is sent; null once it was erased. */
  body: string | null;
  /** SHA-256 of the body, hex. */
  body_hash: string;
  /** The body, read; null once it was erased. */
  webhook: WebhookBody | null;
}
