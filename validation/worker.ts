import type { Answer, Task } from "./crew.ts";
import { playPart } from "./studies.ts";

/** One process of the validation: gets parts of studies, gives what was played. Ends with its parent. */

process.on("message", ({ at, part, plan }: Task) => {
  process.send?.({ at, results: playPart(part, plan) } satisfies Answer);
});
process.on("disconnect", () => process.exit());
// A Ctrl-C reaches every process of the terminal; the parent decides.
process.on("SIGINT", () => undefined);
