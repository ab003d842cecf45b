import type { SandboxPlayer } from "@tallystick/tasks";

/** How the journey of a simulated applicant goes. `ends` names the step at which it leaves the ordinary way. */
export interface Plan {
  readonly player: SandboxPlayer;
  readonly ends: "finish" | "decline" | "stop_after_one_task" | "expire_after_one_task";
}

const PLANS: Readonly<Record<string, Plan>> = {
  "SIM-LOWRISK-": { player: "lowrisk", ends: "finish" },
  "SIM-HIGHRISK-": { player: "highrisk", ends: "finish" },
  "SIM-LOWTRUST-": { player: "lowtrust", ends: "finish" },
  "SIM-BOT-": { player: "bot", ends: "finish" },
  "SIM-CANCEL-": { player: "ordinary", ends: "decline" },
  "SIM-EXPIRE-": { player: "ordinary", ends: "expire_after_one_task" },
  "SIM-INCOMPLETE-": { player: "ordinary", ends: "stop_after_one_task" },
};

/** null for a uid that names no simulated applicant. */
export function planOf(uid: string): Plan | null {
  const prefix = Object.keys(PLANS).find((candidate) => uid.startsWith(candidate));
  return prefix === undefined ? null : (PLANS[prefix] ?? null);
}
