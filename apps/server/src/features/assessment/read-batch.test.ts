import { batchRequestSchema } from "@tallystick/contract";
import fc from "fast-check";
import { expect, test } from "vitest";

import { plainBatch } from "./read-batch.ts";

const good = {
  run: 1,
  epoch: 2,
  task_index: 0,
  attempt: 1,
  seq: 3,
  inputs: [{ n: 0, at: 12, kind: "press", choice: "left", dx: 0.1 }],
};

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(-1, 0, 4, 51, 100_001, 86_400_001, 2 ** 31, 2 ** 53, 0.5, "", "a".repeat(41), [], {}),
);

test("a plain batch is taken as it is", () => {
  expect(plainBatch(good)).toBe(good);
});

test("whatever is taken without the schema, the schema takes too, unchanged", () => {
  const damaged = fc.oneof(
    fc.tuple(fc.constantFrom(...Object.keys(good), "more"), odd).map(([name, value]) => ({ ...good, [name]: value })),
    fc
      .tuple(fc.constantFrom("n", "at", "kind", "more"), odd)
      .map(([name, value]) => ({ ...good, inputs: [{ ...good.inputs[0], [name]: value }] })),
    odd.map((value) => ({ ...good, inputs: [value] })),
    fc
      .constantFrom(0, 1, 500, 501)
      .map((length) => ({ ...good, inputs: Array.from({ length }, () => good.inputs[0]) })),
    odd,
  );
  fc.assert(
    fc.property(damaged, (body) => {
      const judged = batchRequestSchema.safeParse(body);
      const taken = plainBatch(body);
      if (taken !== null) expect(judged).toEqual({ success: true, data: body });
    }),
    { numRuns: 2_000 },
  );
});
