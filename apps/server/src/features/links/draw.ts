import type { Deps } from "../../infra/deps.ts";
import { qrModules, qrPng, qrSvg } from "../../infra/qr.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { sessionIn } from "../sessions/service.ts";
import { linkUrl } from "./batches.ts";

/** The code of a session's link. Throws `session_unknown`. */
export async function drawLink(
  deps: Deps,
  environment: EnvironmentAccess,
  wish: { readonly sessionId: string; readonly format: "svg" | "png"; readonly scale: number },
): Promise<{ readonly type: string; readonly body: string | Buffer }> {
  const { linkCode } = await sessionIn(deps, { environment, name: { sessionId: wish.sessionId } });
  const modules = qrModules(linkUrl(deps, linkCode));
  return wish.format === "png"
    ? { type: "image/png", body: qrPng(modules, wish.scale) }
    : { type: "image/svg+xml", body: qrSvg(modules) };
}
