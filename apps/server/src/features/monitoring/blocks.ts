import type { Funnel, Monitoring } from "@tallystick/contract";

import { below, branches, countAt, leaves, total, type Counts } from "./counts.ts";
import { stensOf } from "./drift.ts";
import { histogram, quantile, shareOf, tenths } from "./values.ts";

/** Blocks of Monitoring from counts that were added up over the days and the sides that are asked for. */

const BANDS = ["VERY_LOW", "LOW", "MEDIUM", "HIGH", "VERY_HIGH"] as const;
const CONFIDENCES = ["HIGH", "MEDIUM", "LOW"] as const;
const DEVICES = ["phone", "tablet", "computer"] as const;
/** Seconds. Most finish in six minutes; what takes days was interrupted. */
const COMPLETION_EDGES = [0, 180, 240, 300, 360, 420, 480, 600, 900, 1800, 3600, 86_400];

/** `states`: of all sessions; `ended`: what was counted of those that ended. */
export function funnelOf(states: Counts, ended: Counts): Funnel {
  const state = (name: string) => countAt(states, name);
  const [reading, playing] = [state("opened"), state("in_progress")];
  return {
    created: total(states),
    opened: countAt(ended, "opened") + reading + playing,
    consented: countAt(ended, "consented") + playing,
    waiting: state("created"),
    reading,
    in_progress: playing,
    completed: state("completed"),
    scored: countAt(ended, "scored"),
    unscorable: countAt(ended, "unscorable"),
    expired: state("expired"),
    cancelled: state("cancelled"),
    incomplete: state("incomplete"),
  };
}

export function tasksOf(ended: Counts): Monitoring["tasks"] {
  return branches(below(ended, "tasks"))
    .map(([name, counts]) => {
      const [key = name, version] = name.split(" ");
      return {
        key,
        version: Number(version),
        position: mostFrequent(below(counts, "positions")),
        started: countAt(counts, "started"),
        finished: countAt(counts, "finished"),
        left: countAt(counts, "left"),
        restarts: countAt(counts, "restarts"),
        median_seconds: quantile(below(counts, "seconds"), 0.5),
      };
    })
    .toSorted((a, b) => a.position - b.position || a.key.localeCompare(b.key) || a.version - b.version);
}

function mostFrequent(counts: Counts): number {
  const [most] = leaves(counts).toSorted(([a, left], [b, right]) => right - left || Number(a) - Number(b));
  return Number(most?.[0] ?? 0);
}

export function completionOf(ended: Counts): Monitoring["completion_time"] {
  const seconds = below(ended, "seconds");
  return {
    n: total(seconds),
    median_seconds: quantile(seconds, 0.5),
    p90_seconds: quantile(seconds, 0.9),
    histogram: histogram(seconds, COMPLETION_EDGES),
  };
}

export function devicesOf(ended: Counts): Monitoring["devices"] {
  return mixOf(below(ended, "devices")).map(({ key, ...counts }) => ({
    key: DEVICES.find((name) => name === key) ?? "unknown",
    ...counts,
  }));
}

export function languagesOf(ended: Counts): Monitoring["languages"] {
  return mixOf(below(ended, "languages"));
}

function mixOf(counts: Counts) {
  return branches(counts)
    .map(([key, steps]) => ({ key, opened: countAt(steps, "opened"), completed: countAt(steps, "completed") }))
    .toSorted((a, b) => b.opened - a.opened || a.key.localeCompare(b.key));
}

/** `traits`: keys in the order in which they are shown. */
export function scoresOf(results: Counts, traits: readonly string[]): Monitoring["scores"] {
  const scores = below(results, "scores");
  const n = total(scores);
  const all = total(below(results, "confidence"));
  const named = <Key extends string>(keys: readonly Key[], counts: Counts) =>
    keys.map((key) => ({ key, count: countAt(counts, key), share: shareOf(countAt(counts, key), total(counts)) }));
  return {
    n,
    unscorable: countAt(results, "unscorable"),
    median: quantile(scores, 0.5),
    bins: tenths(scores).map((count, place) => ({ from: Math.max(1, place * 10), to: place * 10 + 9, count })),
    bands: named(BANDS, below(results, "bands")),
    confidence: named(CONFIDENCES, below(results, "confidence")),
    trust: tenths(below(results, "trust")).map((count, place) => ({
      from: place * 10,
      to: place === 9 ? 100 : place * 10 + 9,
      count,
    })),
    flags: leaves(below(results, "flags"))
      .map(([key, count]) => ({ key, count, share: shareOf(count, all) }))
      .toSorted((a, b) => b.count - a.count || a.key.localeCompare(b.key)),
    traits: stensOf(results, traits).map(({ key, counts }) => ({
      key,
      n: counts.reduce((sum, count) => sum + count, 0),
      stens: [...counts],
    })),
  };
}

/** `live`: deliveries by state as they are now; `delivered`: what was counted of those that were delivered. */
export function webhooksOf(live: Counts, delivered: Counts): Monitoring["webhooks"]["all"] {
  const millis = below(delivered, "millis");
  return {
    total: countAt(live, "total"),
    at_first: countAt(delivered, "at_first"),
    later: countAt(delivered, "later"),
    dead: countAt(live, "dead"),
    pending: countAt(live, "pending"),
    held: countAt(live, "held"),
    median_ms: quantile(millis, 0.5),
    p95_ms: quantile(millis, 0.95),
  };
}
