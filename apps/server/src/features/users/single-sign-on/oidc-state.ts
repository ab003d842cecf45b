import fastifyCookie from "@fastify/cookie";

import type { Deps } from "../../../infra/deps.ts";
import { isSecureOrigin } from "../../../infra/secure-origin.ts";
import type { Begun } from "./oidc-client.ts";

const { parse, serialize } = fastifyCookie;

/** What the way back is for. */
export type Purpose =
  | { readonly kind: "sign_in" }
  | { readonly kind: "invitation"; readonly token: string }
  | { readonly kind: "link"; readonly userId: string; readonly userSessionId: string };

/** Travels in the browser that began, sealed: nothing of it can be read, changed or made up there. */
export interface OidcState extends Omit<Begun, "url"> {
  readonly purpose: Purpose;
  /** The sign-in of this browser that a new one takes the place of. */
  readonly replaces: { readonly userId: string; readonly userSessionId: string } | null;
}

const MAX_AGE_SECONDS = 600;
const CONTEXT = "oidc_state";

/**
 * The `Set-Cookie` line. One cookie for each beginning, so that two tabs do not undo each other. Lax, because the way
 * back comes from the provider's site.
 */
export function stateCookie(deps: Deps, state: OidcState): string {
  const sealed = deps.secrets.encrypt(
    JSON.stringify({ ...state, until: Date.now() + MAX_AGE_SECONDS * 1000 }),
    CONTEXT,
  );
  return cookie(deps, state.state, { value: sealed, maxAge: MAX_AGE_SECONDS });
}

/** Ends it in the browser. */
export function spentStateCookie(deps: Deps, state: string): string {
  return cookie(deps, state, { value: "", maxAge: 0 });
}

/** null: not begun in this browser, or too long ago. */
export function readState(deps: Deps, header: string | undefined, state: string): OidcState | null {
  const sealed = header === undefined ? undefined : parse(header)[cookieName(deps, state)];
  if (sealed === undefined || sealed === "") return null;
  const opened = open(deps, sealed);
  return opened !== null && opened.until > Date.now() && opened.state === state ? opened : null;
}

function open(deps: Deps, sealed: string): (OidcState & { readonly until: number }) | null {
  try {
    return JSON.parse(deps.secrets.decrypt(sealed, CONTEXT)) as OidcState & { readonly until: number };
  } catch {
    return null; // altered, or sealed under a key that is gone
  }
}

function cookie(
  deps: Deps,
  state: string,
  { value, maxAge }: { readonly value: string; readonly maxAge: number },
): string {
  const secure = isSecureOrigin(deps.config.beaconUrl);
  return serialize(cookieName(deps, state), value, { path: "/", httpOnly: true, secure, sameSite: "lax", maxAge });
}

function cookieName(deps: Deps, state: string): string {
  const name = `ts_oidc_${state.replace(/[^\w-]/g, "").slice(0, 12)}`;
  return isSecureOrigin(deps.config.beaconUrl) ? `__Host-${name}` : name;
}
