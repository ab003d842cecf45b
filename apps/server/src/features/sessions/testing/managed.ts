import type { SessionView } from "@tallystick/contract";

import { Applicant, inputsOf, type Lender } from "../../../testing/journey.ts";
import { sessionCalls, type TestLender } from "../../../testing/lender.ts";

type Act = "reopen" | "cancel" | "status";

export interface Begun {
  readonly session_id: string;
  readonly access_token: string;
  readonly link: string;
  /** The part after `/a/`. */
  readonly code: string;
  readonly expires_at: number;
}

/** What suites about managed sessions do and look at; `current` is asked at each call, since suites make theirs late. */
export function managedSessions(current: () => TestLender) {
  const calls = sessionCalls(current);
  const companyId = () => current().deployment.companyId;

  async function manage(act: Act, body: object, apiKey = current().deployment.test.apiKey) {
    const answer = await current().app.inject({
      method: "POST",
      url: `/v1/sessions-management/${act}`,
      headers: { "content-type": "application/json", "api-key": apiKey },
      payload: JSON.stringify(body),
    });
    return { status: answer.statusCode, body: answer.json<SessionView & { code: string; detail: string }>() };
  }

  async function begin(uid: string): Promise<Begun> {
    const body = (await calls.create(uid)).json<Omit<Begun, "code">>();
    return { ...body, code: body.link.slice(body.link.lastIndexOf("/") + 1) };
  }

  /** A journey whose applicant played a little and stopped for good. */
  async function stopped(uid: string): Promise<{ readonly begun: Begun; readonly applicant: Applicant }> {
    const begun = await begin(uid);
    const applicant = new Applicant(current().app);
    await applicant.follow(`/a/${begun.code}`);
    await applicant.open();
    await applicant.consent();
    const grant = applicant.grant();
    await applicant.batch({ grant, seq: 0, inputs: inputsOf(grant).slice(0, 2) });
    const { status } = await applicant.post("stop", applicant.position);
    if (status !== 200) throw new Error("the journey could not be stopped");
    return { begun, applicant };
  }

  /** `<run> <type>` of each event, in the order they were written. */
  async function events(sessionId: string): Promise<readonly string[]> {
    const rows = await current().deps.db.query<{ readonly event: string }>(
      `SELECT run || ' ' || type AS event FROM events
        WHERE company_id = $1::text AND session_id = $2::text ORDER BY event_id`,
      [companyId(), sessionId],
    );
    return rows.map(({ event }) => event);
  }

  async function audited(sessionId: string): Promise<readonly Record<string, unknown>[]> {
    return current().deps.db.query(
      `SELECT actor, action, details FROM audit_entries
        WHERE company_id = $1::text AND target_id = $2::text ORDER BY audit_id`,
      [companyId(), sessionId],
    );
  }

  /** What of a lender the journey's helpers look at. */
  const place = () => ({ companyId: companyId() }) as Lender;

  return { ...calls, manage, begin, stopped, events, audited, place };
}
