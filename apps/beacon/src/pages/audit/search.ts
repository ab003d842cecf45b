import { numberOf, textOf, type Raw } from "../../frame/search.ts";

/** What of the page stands in its address. Ids may: they say nothing about a person. */
export interface AuditSearch {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly target_type?: string | undefined;
  readonly target_id?: string | undefined;
  /** Epoch seconds. */
  readonly from?: number | undefined;
  /** Epoch seconds, not included. */
  readonly to?: number | undefined;
}

export function readAuditSearch(raw: Raw): AuditSearch {
  return {
    actor: textOf(raw, "actor"),
    action: textOf(raw, "action"),
    target_type: textOf(raw, "target_type"),
    target_id: textOf(raw, "target_id"),
    from: numberOf(raw, "from"),
    to: numberOf(raw, "to"),
  };
}
