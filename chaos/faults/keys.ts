import type { KeyKind } from "../keys.ts";
import { type Fault, type Scene, type Struck, struckNow } from "./fault.ts";

const BECAUSE =
  "An attempt is signed with what is in force when it is made, retries too: the body stays, its signatures do not. A call with an ended API key is refused, and the lender takes the next one.";

export const KEY_FAULTS: readonly Fault[] = [
  {
    name: "endpoint-secret-changed",
    group: "keys",
    shapes: ["apart", "whole"],
    isCompany: true,
    does: "the webhook secret gets a successor, with an overlap or at once, or the older of two is ended, while something else breaks",
    because: BECAUSE,
    strike: (scene) => change(scene, "webhook"),
  },
  {
    name: "api-key-changed",
    group: "keys",
    shapes: ["apart", "whole"],
    isCompany: true,
    does: "the same with the API key, by which `X-Signature` is made and sessions are created",
    because: BECAUSE,
    strike: (scene) => change(scene, "api"),
  },
];

async function change({ victim, random }: Scene, kind: KeyKind): Promise<Struck> {
  await victim.keys.change(kind, random);
  return struckNow();
}
