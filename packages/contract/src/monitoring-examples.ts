import type { Home } from "./home-shapes.ts";
import type { DriftMeasure, Funnel, Monitoring } from "./monitoring-shapes.ts";

const T0 = 1_795_431_600;

const FUNNEL: Funnel = {
  created: 412,
  opened: 371,
  consented: 355,
  waiting: 20,
  reading: 1,
  in_progress: 4,
  completed: 331,
  scored: 329,
  unscorable: 2,
  expired: 37,
  cancelled: 12,
  incomplete: 7,
};

const NOTHING: Funnel = {
  created: 0,
  opened: 0,
  consented: 0,
  waiting: 0,
  reading: 0,
  in_progress: 0,
  completed: 0,
  scored: 0,
  unscorable: 0,
  expired: 0,
  cancelled: 0,
  incomplete: 0,
};

export const HOME_EXAMPLE: Home = {
  as_of: T0,
  from: T0 - 40_000,
  attention: [
    {
      kind: "webhook_failing",
      severity: "urgent",
      count: 1,
      at_least: false,
      sentence: "The webhook of Loans, Production has been failing since 2026-11-23 09:20 UTC.",
      environment: "production",
      environment_id: "env_01k0000000000000000000000a",
      deployment_id: "dep_01k0000000000000000000000a",
      deployment: "Loans",
      subject_id: null,
      since: T0 - 10_000,
      until: null,
    },
  ],
  more: 0,
  production: { funnel: FUNNEL, ended: { completed: 340, expired: 41, cancelled: 12, incomplete: 7 } },
  test: { funnel: NOTHING, ended: { completed: 0, expired: 0, cancelled: 0, incomplete: 0 } },
};

const SCORE_COUNTS = [30, 35, 32, 33, 36, 31, 34, 33, 31, 34] as const;
const tenths = (counts: readonly number[]) =>
  counts.map((count, bin) => ({ from: Math.max(1, bin * 10), to: bin * 10 + 9, count }));

const DRIFT: DriftMeasure = {
  key: "score",
  n: 320,
  psi: 0.012,
  by_chance: 0.028,
  p_value: 0.93,
  reading: "stable",
  bins: tenths([29, 34, 31, 32, 35, 30, 33, 32, 30, 34]).map((bin, place) => ({
    ...bin,
    share: Math.round((bin.count / 320) * 1e4) / 1e4,
    expected: place === 0 ? 0.095 : place === 9 ? 0.105 : 0.1,
  })),
};

const WEBHOOKS = {
  total: 760,
  at_first: 741,
  later: 14,
  dead: 3,
  pending: 2,
  held: 0,
  median_ms: 41,
  p95_ms: 130,
};

export const MONITORING_EXAMPLE: Monitoring = {
  environment: "production",
  deployment_id: null,
  from: "2026-11-22",
  to: "2026-11-22",
  as_of: T0,
  uncounted_days: 0,
  funnel: FUNNEL,
  tasks: [
    {
      key: "money_choices",
      version: 1,
      position: 1,
      started: 355,
      finished: 344,
      left: 11,
      restarts: 9,
      median_seconds: 61,
    },
  ],
  completion_time: {
    n: 331,
    median_seconds: 402,
    p90_seconds: 655,
    histogram: [
      { from: 0, to: 300, count: 41 },
      { from: 300, to: 600, count: 230 },
      { from: 600, to: null, count: 60 },
    ],
  },
  devices: [{ key: "phone", opened: 331, completed: 305 }],
  languages: [{ key: "en", opened: 366, completed: 331 }],
  scores: {
    n: 329,
    unscorable: 2,
    median: 49,
    bins: tenths(SCORE_COUNTS),
    bands: [
      { key: "VERY_LOW", count: 65, share: 0.1976 },
      { key: "LOW", count: 65, share: 0.1976 },
      { key: "MEDIUM", count: 67, share: 0.2036 },
      { key: "HIGH", count: 67, share: 0.2036 },
      { key: "VERY_HIGH", count: 65, share: 0.1976 },
    ],
    confidence: [
      { key: "HIGH", count: 300, share: 0.9063 },
      { key: "MEDIUM", count: 22, share: 0.0665 },
      { key: "LOW", count: 9, share: 0.0272 },
    ],
    trust: [0, 0, 0, 2, 7, 10, 12, 40, 60, 200].map((count, bin) => ({
      from: bin * 10,
      to: bin === 9 ? 100 : bin * 10 + 9,
      count,
    })),
    flags: [{ key: "inconsistent_choices", count: 14, share: 0.0423 }],
    traits: [{ key: "patience", n: 331, stens: [8, 15, 30, 50, 63, 63, 50, 30, 15, 7] }],
  },
  drift: {
    minimum: 100,
    n: 320,
    left_out: { low_confidence: 9, low_stakes: 0, later_runs: 0, simulated: 0, unscorable: 2 },
    models: [{ model_version: "standard-1.0", norms: "provisional", n: 320, measures: [DRIFT] }],
    source: "Siddiqi (2006), Credit Risk Scorecards: below .1 no change, .1 to .25 some, above .25 a shift.",
    caution: "The norm is provisional: a difference from it need not be a change over time.",
  },
  webhooks: { all: WEBHOOKS, days: [{ day: "2026-11-22", ...WEBHOOKS }] },
  series: [{ day: "2026-11-22", created: 412, completed: 331, scored: 331, median_score: 49 }],
};
