import type { ResultDetail } from "./result-detail-shapes.ts";
import { GET_RESULT } from "./results-api.ts";
import type { PersonResultsPage } from "./results-people-shapes.ts";

const { integration_id: _integration, ...ITEM } = GET_RESULT.answers[0].example;

const PLACE = {
  deployment_id: "dep_01k0000000000000000000000a",
  deployment: "Loans",
  archived: false,
  environment_id: "env_01k0000000000000000000000a",
  environment: "production",
} as const;
const BATCH = { batch_id: "bat_01k0000000000000000000000a", name: "March invitations" };

export const PAGE_EXAMPLE: PersonResultsPage = {
  items: [
    {
      ...ITEM,
      ...PLACE,
      batch: BATCH,
      score: 38,
      risk_band: "LOW",
      confidence: "LOW",
      trust_score: 36,
      flags: ["inconsistent_choices", "fast_responses"],
      needs_review: true,
      duration_s: 300,
    },
  ],
  next: null,
  looked: { sessions: 412, to: 1795430000 },
};

export const DETAIL_EXAMPLE: ResultDetail = {
  session: {
    session_id: ITEM.session_id,
    uid: ITEM.uid,
    state: "completed",
    outcome: "scored",
    reasons: [],
    run: 1,
    simulated: false,
    language: "en",
    metadata: { branch: "north" },
    created_at: 1795430000,
    expires_at: 1795516400,
    opened_at: 1795431600,
    consented_at: 1795431620,
    ended_at: 1795431900,
    last_activity_at: 1795431900,
    can_reopen: false,
    can_retry: false,
  },
  place: { ...PLACE, integration_id: "0123456789abcdef01234567" },
  batch: BATCH,
  result: {
    result_id: "res_01k0000000000000000000000a",
    run: 1,
    scored_at: 1795431900,
    score: 38,
    score_band: { low: 22, high: 57 },
    risk_band: "LOW",
    confidence: "LOW",
    trust_score: 36,
    needs_review: true,
    traits: [
      {
        key: "patience",
        title: "Patience",
        words: "Choosing a larger sum later over a smaller one today.",
        high: "The larger sum later was chosen more often.",
        low: "The smaller sum sooner was chosen more often.",
        value: 6,
        band: { low: 4.9, high: 7.4 },
        standard_error: 0.427083,
        risk_band: "MEDIUM",
        weight: 1,
        favourable: "high",
      },
    ],
    reasons: [],
    flags: [
      {
        key: "inconsistent_choices",
        text: "The choices between smaller and larger sums contradict each other more often than almost everybody's do.",
        strength: 1,
        cost: 0.4,
        share: "0.333333",
      },
    ],
    missing: [],
    calibrated: false,
    norms: "provisional",
    model: {
      version: "standard-1.0",
      title: "First weights: patience, self-control and, at half weight, sense of control",
      hash: "9c0d3a5be17f24688ac1d90e53b7f6422e81d4c09ba5f3761d2c8e4f60a7b913",
      origin: "shipped",
      preview: false,
    },
    battery: {
      version: "standard-1",
      title:
        "Standard: patience, self-control and sense of control; attention, risk taking and planning without weight",
    },
    inputs_hash: "1f7ac2d85e903b64c7d1f02a9b8e5d3370c6f4e1a2958b7dd043e6f19c85a2b4",
    calculated_hash: "e4b8f05a31c97d2660df8a1b3c5e94726f0d28b7c1a3e5f49806d7b2c4a1f3e8",
  },
  tasks: [
    {
      index: 0,
      key: "money_choices",
      version: 1,
      title: "Money choices",
      state: "done",
      complete: true,
      attempts: 1,
      duration_ms: 61_240,
      inputs: 36,
      refused_inputs: 1,
      metrics: [
        {
          name: "share_later",
          value: 0.533333,
          unit: null,
          range: "0–1",
          description: "Share of choices for the larger sum later",
          missing: null,
        },
      ],
      notes: [{ code: "inputs_refused", text: "1 input came that the task does not take; it was kept and skipped." }],
    },
  ],
  beside: [
    {
      result_id: "res_01k0000000000000000000000b",
      origin: "rescore",
      run: 1,
      scored_at: 1795600000,
      model_version: "lender-1",
      model_hash: "0c2d3a5be17f24688ac1d90e53b7f6422e81d4c09ba5f3761d2c8e4f60a7b913",
      score: 41,
      risk_band: "MEDIUM",
      confidence: "LOW",
      trust_score: 36,
    },
  ],
  integrity: { verdict: "verified", tasks: [], inputs_as_stored: true },
  time_line: {
    items: [
      {
        at: 1795430000,
        kind: "created",
        session_id: ITEM.session_id,
        environment: "production",
        deployment: "Loans",
        run: null,
        details: {},
        text: "Session created",
      },
    ],
    truncated: false,
  },
};
