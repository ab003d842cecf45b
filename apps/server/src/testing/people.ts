import { createSignIn } from "../features/users/sign-in/sign-in.ts";
import type { Deps } from "../infra/deps.ts";

/** A signed-in member of a company, as headers of a request. */
export interface TestPerson {
  readonly userId: string;
  readonly headers: { readonly cookie: string; readonly "x-csrf-token": string };
}

let made = 0;

/** A new user with this role, signed in (no second factor). */
export async function signedInMember(
  deps: Deps,
  options: { readonly companyId: string; readonly role: "admin" | "viewer" },
): Promise<TestPerson> {
  made += 1;
  const userId = deps.ids.make("usr");
  const email = `person-${made}@tallystick.test`;
  await deps.db.query(
    `WITH person AS (INSERT INTO users (user_id, email, email_key, name) VALUES ($1::text, $2::text, $2::text, $3::text))
     INSERT INTO memberships (company_id, user_id, role) VALUES ($4::text, $1::text, $5::text)`,
    [userId, email, `Person ${made}`, options.companyId, options.role],
  );
  return { userId, headers: await signInAs(deps, userId) };
}

/** Another sign-in of an existing user, of which no audit log tells. */
export async function signInAs(deps: Deps, userId: string): Promise<TestPerson["headers"]> {
  const { cookie, csrfToken } = await createSignIn(deps.db, deps, {
    userId,
    method: "password",
    origin: "127.0.0.1",
    agent: null,
    secondFactor: true,
  });
  return { cookie: cookie.split(";")[0] ?? "", "x-csrf-token": csrfToken };
}
