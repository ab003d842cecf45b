import { z } from "zod";

/** Form of a scoring model as it is stored, exported and imported. Its sense is checked by `modelFaults` of the scoring. */

const finite = z.number();

const direction = z.union([z.literal(1), z.literal(-1)]);
const key = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "takes up to 40 of a–z, 0–9 and _, a letter first");
const metric = z
  .string()
  .regex(/^[a-z0-9_]+\.[a-z0-9_]+$/, "is a task and its metric, as in money_choices.share_later");
const sentence = z.string().min(1).max(400);

const normSchema = z.strictObject({
  centre: finite,
  scale: z.number().positive(),
  meanZ: finite,
  sdZ: z.number().positive(),
  n: z.int().min(0),
  source: sentence,
  status: z.enum(["measured", "simulated", "assumed"]),
});

const traitSchema = z.strictObject({
  key,
  metric,
  transformation: z.enum(["identity", "ln"]).exactOptional(),
  norm: normSchema,
  normsByDevice: z
    .strictObject({
      phone: normSchema.exactOptional(),
      tablet: normSchema.exactOptional(),
      computer: normSchema.exactOptional(),
    })
    .exactOptional(),
  nameDirection: direction,
  favourable: direction,
  reliability: z.number().gt(0).lt(1),
  weight: z.number().min(0).max(100),
  reason: sentence,
});

const signalSchema = z.strictObject({
  weight: z.number().min(0).max(0.4),
  from: finite,
  span: finite.refine((value) => value !== 0, "can not be 0: nothing could be graded"),
  text: sentence.exactOptional(),
});

export const modelArtefactSchema = z.strictObject({
  version: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,39}$/, "takes up to 40 of a–z, 0–9, . and -, a letter or digit first"),
  title: sentence.exactOptional(),
  batteries: z.array(z.string().min(1)).min(1),
  preview: z.boolean(),
  calibrated: z.boolean(),
  norms: z.enum(["provisional", "local"]),
  traits: z.array(traitSchema).min(1).max(40),
  correlations: z.array(z.strictObject({ a: key, b: key, rho: z.number().gt(-1).lt(1) })),
  percentileTable: z.array(finite).length(98).exactOptional(),
  uncertainty: z.strictObject({ traitZ: z.number().positive(), scoreU: z.number().positive() }).exactOptional(),
  bandCutoffs: z.tuple([share100(), share100(), share100(), share100()]),
  signals: z.record(key, signalSchema),
  confidence: z.strictObject({ high: share100(), medium: share100(), minimumObservable: z.int().min(0).max(5) }),
});

function share100() {
  return z.number().min(1).max(99);
}

export type ModelArtefactDocument = z.infer<typeof modelArtefactSchema>;
