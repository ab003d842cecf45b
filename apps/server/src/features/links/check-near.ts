import type { CheckedLine } from "@tallystick/contract";

import type { Deps } from "../../infra/deps.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { effectiveState } from "../sessions/lifecycle.ts";
import { canonicalUid, selectNear, shorterForms } from "../sessions/service.ts";

type Near = CheckedLine["near"][number];
interface NearLine {
  readonly line: number;
  readonly uid: string;
}

const MAX_SHOWN = 5;
/** Lines asked about in one go: about 10 000 look-ups by an index. */
const CHUNK = 500;

/** What people mistake for the uids of these lines, by line: other lines of the list, then sessions of the environment. */
export async function nearOfLines(
  deps: Deps,
  environment: EnvironmentAccess,
  lines: readonly NearLine[],
): Promise<ReadonlyMap<number, readonly Near[]>> {
  const near = nearInList(lines);
  const { companyId, environmentId } = environment;
  const scope = { companyId, environmentIds: [environmentId] };
  for (let start = 0; start < lines.length; start += CHUNK) {
    const asked = lines.slice(start, start + CHUNK).map(({ line, uid }) => ({ index: line, text: uid }));
    for (const [line, rows] of await selectNear(deps.db, scope, asked)) {
      const uid = asked.find(({ index }) => index === line)?.text ?? "";
      for (const row of rows) {
        const state = effectiveState(row);
        // Erased ones are not selected.
        if (state === "erased" || row.uid === uid) continue;
        const relation = row.canonicalForm === canonicalUid(uid) ? "same_form" : "one_token";
        add(near, line, { uid: row.uid, relation, line: null, session_id: row.sessionId, state });
      }
    }
  }
  return near;
}

/** Whoever is mistaken for another is mistaken both ways. */
function nearInList(lines: readonly NearLine[]): Map<number, Near[]> {
  const byForm = new Map<string, NearLine[]>();
  for (const line of lines) {
    const form = canonicalUid(line.uid);
    const known = byForm.get(form);
    if (known === undefined) byForm.set(form, [line]);
    // More than are shown would make a list of one form cost its square.
    else if (known.length <= MAX_SHOWN) known.push(line);
  }
  const near = new Map<number, Near[]>();
  for (const line of lines) {
    const form = canonicalUid(line.uid);
    for (const other of byForm.get(form) ?? []) {
      if (other.line !== line.line) add(near, line.line, ofLine(other, "same_form"));
    }
    for (const shorter of shorterForms(form)) {
      for (const other of byForm.get(shorter) ?? []) {
        add(near, line.line, ofLine(other, "one_token"));
        add(near, other.line, ofLine(line, "one_token"));
      }
    }
  }
  return near;
}

function ofLine({ uid, line }: NearLine, relation: Near["relation"]): Near {
  return { uid, relation, line, session_id: null, state: null };
}

function add(near: Map<number, Near[]>, line: number, item: Near): void {
  const known = near.get(line) ?? [];
  near.set(line, known);
  if (known.length < MAX_SHOWN) known.push(item);
}
