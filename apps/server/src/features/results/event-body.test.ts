import { environmentSettingsSchema, webhookBodySchema } from "@tallystick/contract";
import type { Calculated } from "@tallystick/scoring";
import { expect, test } from "vitest";

import { envelope, type SessionRow } from "../sessions/lifecycle.ts";
import { completeEvent, outcomeEvent, riskBand } from "./event-body.ts";

const settings = environmentSettingsSchema.parse({});
const at = new Date("2026-11-23T09:00:59.999Z");

const session: SessionRow = {
  companyId: "cmp_1",
  sessionId: "ses_1",
  environmentId: "env_1",
  integrationId: "0123456789abcdef01234567",
  uid: "APP-1001",
  state: "in_progress",
  outcome: null,
  endReasons: [],
  run: 1,
  epoch: 1,
  language: null,
  metadata: {},
  simulated: false,
  batteryVersion: "preview-1",
  taskPlan: [],
  modelVersion: "preview-1.0",
  linkCode: "7k3m9x2q4w8z",
  batchId: null,
  clock: "running",
  createdAt: new Date("2026-11-23T08:00:00Z"),
  expiresAt: new Date("2026-11-24T09:00:00Z"),
  openedAt: new Date("2026-11-23T09:00:00.100Z"),
  consentedAt: null,
  endedAt: null,
  lastActivityAt: null,
  at,
};

const calculated: Calculated = {
  score: 40,
  risk_band: "LOW",
  score_confidence: "MEDIUM",
  trust_score: 60,
  traits: [
    { key: "patience", value: 6, risk_band: "MEDIUM" },
    { key: "attention", value: 4, risk_band: "NOT_RATED" },
  ],
  flags: [{ key: "synthetic_input", strength: 1, share: "0.333333333333333" }],
  reasons: [],
  model_version: "preview-1.0",
  calibrated: false,
  norms: "provisional",
  working: { z: {}, favourable: {}, u: 0, signals: {}, missing: [], integrity: "verified" },
};

test("times go out as whole epoch seconds and the body is one the contract documents", () => {
  const event = completeEvent(session);
  expect(event.details).toEqual({ application_started_at: 1_795_424_400, application_completed_at: 1_795_424_459 });
  for (const sent of [event, outcomeEvent(session, calculated, settings)]) {
    const body = envelope(session, sent);
    expect(webhookBodySchema.parse(body)).toEqual(body);
  }
});

test("traits without weight go out only where the environment says all", () => {
  const traitsUnder = (traits: "scored" | "all") => {
    const event = outcomeEvent(session, calculated, { ...settings, traits });
    return event.type === "psychometric_score.complete" && event.details.calculated.traits.map(({ key }) => key);
  };
  expect(traitsUnder("scored")).toEqual(["patience"]);
  expect(traitsUnder("all")).toEqual(["patience", "attention"]);
});

test("the band follows the environment's cut-offs: from a cut-off on it is the higher band", () => {
  expect([1, 19, 20, 39, 40, 60, 79, 80, 99].map((score) => riskBand(score, [20, 40, 60, 80]))).toEqual([
    "VERY_LOW",
    "VERY_LOW",
    "LOW",
    "LOW",
    "MEDIUM",
    "HIGH",
    "HIGH",
    "VERY_HIGH",
    "VERY_HIGH",
  ]);
  const event = outcomeEvent(session, calculated, { ...settings, risk_band_cutoffs: [10, 20, 30, 41] });
  expect(event).toMatchObject({ details: { calculated: { score: 40, risk_band: "HIGH" } } });
});

test("a simulated journey says so, names its scripted input by the wire's name, and echoes its metadata", () => {
  const event = outcomeEvent({ ...session, simulated: true, metadata: { branch: "7" } }, calculated, settings);
  expect(event).toMatchObject({
    details: {
      simulated: true,
      metadata: { branch: "7" },
      calculated: { flags: [{ key: "scripted_input", share: "0.333333333333333" }] },
    },
  });
});

test("without a score the application is incomplete because its data is unusable", () => {
  expect(outcomeEvent(session, { ...calculated, score: null, risk_band: null }, settings)).toEqual({
    type: "application.incomplete",
    details: { application_started_at: 1_795_424_400, application_ended_at: 1_795_424_459 },
    reasons: ["DATA_UNUSABLE"],
  });
});
