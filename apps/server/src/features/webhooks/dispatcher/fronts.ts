import type { ClaimedRow } from "./claim-store.ts";

/**
 * Where the queue of each endpoint is read from. While somebody holds an old snapshot (a backup, an export), PostgreSQL
 * can not clear away the index entries of what was sent since, and all of them stand before what is due: every claim
 * would read past them. So a claim begins where the one before it ended. Now and then one begins at the very beginning:
 * whatever came to stand before a front meanwhile (a commit that took long, a row another process had locked, a clock
 * that was set back) waits for that one, `MOST_MS` at most.
 */
export interface Fronts {
  /** For one claim; those of a company follow each other. */
  begin(companyId: string, endpointIds: readonly string[]): Reading;
  /** Milliseconds until some company is to be read from the very beginning again; null: each will be, the next time. */
  nextWholeMs(): number | null;
}

export interface Reading {
  /** Epoch seconds by the database's clock, for each of the endpoints; null: from the very beginning. */
  readonly fronts: readonly (number | null)[];
  end(rows: readonly Pick<ClaimedRow, "endpoint_id" | "front_seconds">[]): void;
}

const LEAST_MS = 300;
const MOST_MS = 2_000;
// To read a whole queue may take a twentieth of the time, however much there is to read past.
const SHARE = 20;

interface Company {
  readonly wholeAtMs: number;
  readonly fronts: Map<string, number>;
}

export function createFronts(nowMs: () => number = () => performance.now()): Fronts {
  const companies = new Map<string, Company>();
  const valid = (companyId: string): Company | undefined => {
    const company = companies.get(companyId);
    if (company !== undefined && company.wholeAtMs > nowMs()) return company;
    companies.delete(companyId);
    return undefined;
  };
  return {
    begin(companyId, endpointIds) {
      const company = valid(companyId);
      const beganAtMs = nowMs();
      return {
        fronts: endpointIds.map((endpointId) => company?.fronts.get(endpointId) ?? null),
        end(rows) {
          if (company !== undefined) return move(company.fronts, rows);
          if (rows.length === 0) return;
          const pauseMs = Math.min(MOST_MS, Math.max(LEAST_MS, (nowMs() - beganAtMs) * SHARE));
          const fronts = new Map<string, number>();
          move(fronts, rows);
          companies.set(companyId, { wholeAtMs: nowMs() + pauseMs, fronts });
        },
      };
    },
    nextWholeMs() {
      const valids = [...companies.keys()].map(valid).filter((company) => company !== undefined);
      return valids.length === 0 ? null : Math.min(...valids.map(({ wholeAtMs }) => wholeAtMs)) - nowMs();
    },
  };
}

function move(fronts: Map<string, number>, rows: Parameters<Reading["end"]>[0]): void {
  for (const { endpoint_id: endpointId, front_seconds: seconds } of rows) {
    fronts.set(endpointId, Math.max(seconds, fronts.get(endpointId) ?? seconds));
  }
}
