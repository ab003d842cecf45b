import type { Monitoring } from "@tallystick/contract";

import type { Queryable } from "../../../infra/database.ts";

/** The same numbers counted the slow way: every row is read and looked at one by one, nothing is kept. */

interface Session {
  readonly id: string;
  readonly run: number;
  readonly state: string;
  readonly outcome: string | null;
  readonly opened: boolean;
  readonly consented: boolean;
  readonly seconds: number | null;
  readonly devices: readonly string[];
  readonly language: string | null;
  readonly tasks: readonly {
    readonly key: string;
    readonly index: number;
    readonly attempt: number;
    readonly state: string;
  }[];
}

/** Of each session the newest that was announced. */
interface Results {
  /** In order. */
  readonly scores: readonly number[];
  readonly unscorable: number;
  /** Those with low data confidence. */
  readonly low: number;
}

export interface ByHand {
  readonly funnel: Monitoring["funnel"];
  readonly completion: readonly number[];
  readonly devices: Monitoring["devices"];
  readonly languages: Monitoring["languages"];
  readonly tasks: readonly Pick<Monitoring["tasks"][number], "key" | "started" | "finished" | "left" | "restarts">[];
  readonly results: Results;
  readonly webhooks: Readonly<Record<string, number>>;
}

const ENDED = ["completed", "expired", "cancelled", "incomplete"];

export async function countByHand(
  db: Queryable,
  place: { readonly companyId: string; readonly environmentId: string },
): Promise<ByHand> {
  const values = [place.companyId, place.environmentId];
  const sessions = await db.query<Session>(
    `SELECT s.session_id AS id, s.run, s.state, s.outcome, s.opened_at IS NOT NULL AS opened,
            s.consented_at IS NOT NULL AS consented, extract(epoch FROM s.ended_at - s.opened_at)::float8 AS seconds,
            (SELECT coalesce(jsonb_agg(f.details->'device'->>'class' ORDER BY f.fact_id), '[]') FROM session_facts f
              WHERE f.session_id = s.session_id AND f.run = s.run AND f.details ? 'device') AS devices,
            (SELECT c.language FROM consents c WHERE c.session_id = s.session_id AND c.run = s.run) AS language,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('key', a.task_key, 'index', a.task_index, 'attempt', a.attempt,
                      'state', a.state)), '[]')
               FROM task_attempts a WHERE a.session_id = s.session_id AND a.run = s.run) AS tasks
       FROM sessions s
      WHERE s.company_id = $1 AND s.environment_id = $2 AND s.state <> 'erased' AND NOT s.simulated`,
    values,
  );
  const results = await db.query<ResultRow>(
    `SELECT r.session_id AS id, r.score, r.score_confidence AS confidence
       FROM results r JOIN sessions s USING (company_id, session_id)
      WHERE r.company_id = $1 AND r.environment_id = $2 AND s.state <> 'erased' AND NOT s.simulated
        AND r.origin = 'finish' ORDER BY r.scored_at`,
    values,
  );
  const deliveries = await db.query<{ readonly state: string; readonly attempts: number }>(
    `SELECT state, attempt_count AS attempts FROM deliveries WHERE company_id = $1 AND environment_id = $2`,
    values,
  );
  const ended = sessions.filter(({ state }) => ENDED.includes(state));
  return {
    funnel: funnel(sessions),
    completion: ended
      .filter(({ state }) => state === "completed")
      .map(({ seconds }) => Math.floor(seconds ?? 0))
      .toSorted((a, b) => a - b),
    devices: mix(ended, ({ devices }) => devices.at(-1) ?? "unknown") as Monitoring["devices"],
    languages: mix(ended, ({ language }) => language),
    tasks: tasks(ended),
    results: announced(results),
    webhooks: webhooks(deliveries),
  };
}

interface ResultRow {
  readonly id: string;
  readonly score: number | null;
  readonly confidence: string;
}

/** `rows`: the oldest first. */
function announced(rows: readonly ResultRow[]): Results {
  const newest = [...new Map(rows.map((row) => [row.id, row])).values()];
  return {
    scores: newest.flatMap(({ score }) => (score === null ? [] : [score])).toSorted((a, b) => a - b),
    unscorable: newest.filter(({ score }) => score === null).length,
    low: newest.filter(({ confidence }) => confidence === "LOW").length,
  };
}

function funnel(sessions: readonly Session[]): Monitoring["funnel"] {
  const many = (holds: (session: Session) => boolean) => sessions.filter(holds).length;
  const inState = (state: string) => many((session) => session.state === state);
  return {
    created: sessions.length,
    opened: many(({ opened }) => opened),
    consented: many(({ consented }) => consented),
    waiting: inState("created"),
    reading: inState("opened"),
    in_progress: inState("in_progress"),
    completed: inState("completed"),
    scored: many(({ outcome }) => outcome === "scored"),
    unscorable: many(({ outcome }) => outcome === "unscorable"),
    expired: inState("expired"),
    cancelled: inState("cancelled"),
    incomplete: inState("incomplete"),
  };
}

function mix(sessions: readonly Session[], keyOf: (session: Session) => string | null) {
  const opened = sessions.filter((session) => session.opened && keyOf(session) !== null);
  return [...new Set(opened.map(keyOf))]
    .map((key) => {
      const alike = opened.filter((session) => keyOf(session) === key);
      return { key: key ?? "", opened: alike.length, completed: alike.filter((s) => s.state === "completed").length };
    })
    .toSorted((a, b) => b.opened - a.opened || a.key.localeCompare(b.key));
}

function tasks(sessions: readonly Session[]): ByHand["tasks"] {
  const found = new Map<
    string,
    { index: number; key: string; started: number; finished: number; left: number; restarts: number }
  >();
  for (const session of sessions) {
    for (const { key, index } of session.tasks.filter(({ attempt }) => attempt === 1)) {
      const of = session.tasks.filter((task) => task.index === index);
      const isDone = (at: number) => session.tasks.some((task) => task.index === at && task.state === "done");
      const cameToIt = [...Array.from({ length: index }).keys()].every(isDone);
      const sum = found.get(key) ?? { index, key, started: 0, finished: 0, left: 0, restarts: 0 };
      found.set(key, {
        ...sum,
        started: sum.started + Number(cameToIt),
        finished: sum.finished + Number(isDone(index)),
        left: sum.left + Number(cameToIt && !isDone(index) && session.state !== "completed"),
        restarts: sum.restarts + of.length - 1,
      });
    }
  }
  return [...found.values()].toSorted((a, b) => a.index - b.index).map(({ index: _, ...task }) => task);
}

function webhooks(deliveries: readonly { readonly state: string; readonly attempts: number }[]) {
  const many = (state: string) => deliveries.filter((row) => row.state === state).length;
  const atFirst = deliveries.filter(({ state, attempts }) => state === "delivered" && attempts === 1).length;
  return {
    total: deliveries.length,
    at_first: atFirst,
    later: many("delivered") - atFirst,
    dead: many("dead"),
    pending: many("pending"),
    held: many("held"),
  };
}

/** What Monitoring answers, in the form of `countByHand`. */
export function answered(found: Monitoring): Omit<ByHand, "completion" | "results"> {
  return {
    funnel: found.funnel,
    devices: found.devices,
    languages: found.languages,
    tasks: found.tasks.map(({ key, started, finished, left, restarts }) => ({
      key,
      started,
      finished,
      left,
      restarts,
    })),
    webhooks: {
      total: found.webhooks.all.total,
      at_first: found.webhooks.all.at_first,
      later: found.webhooks.all.later,
      dead: found.webhooks.all.dead,
      pending: found.webhooks.all.pending,
      held: found.webhooks.all.held,
    },
  };
}
