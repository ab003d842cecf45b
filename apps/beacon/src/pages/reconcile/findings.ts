import type { Finding } from "@tallystick/contract";

import type { AnswerOf, BodyOf } from "../../api/types.ts";

export type Wish = BodyOf<"RECONCILE">;
export type Report = AnswerOf<"RECONCILE">;
export type Line = Report["lines"][number];

interface Words {
  readonly title: string;
  /** What it means, and what to do about it. */
  readonly advice: string;
}

/** In the order in which they deserve a look. */
export const FINDINGS: Readonly<Record<Finding, Words>> = {
  differs: {
    title: "Different from what was sent",
    advice:
      "Finished here, but score, band or state are not what your list says. Take ours. If many differ, results may have been written to the wrong person.",
  },
  wrong_place: {
    title: "In the wrong place",
    advice:
      "The uid stands in another deployment or environment. Look at the keys and Integration IDs your server uses.",
  },
  near_miss: {
    title: "Nearly the same",
    advice:
      "This uid is not known, but one that is easily mistaken for it is. Look for a changed case, lost leading zeros (spreadsheets drop them) or an added suffix.",
  },
  missing: {
    title: "Missing",
    advice: "No session has it, nor one that is near. It was never created: look at your own log of that call.",
  },
  duplicate_in_list: {
    title: "Twice in your list",
    advice: "The same as an earlier line. Look at why you hold it twice.",
  },
  invalid_uid: {
    title: "No uid",
    advice: "It can not be a uid. Look at the export: a blank, an e-mail address, a number in scientific notation.",
  },
  never_finished: {
    title: "Not finished",
    advice: "The session exists. Wait, remind the person, or re-open it.",
  },
  erased: {
    title: "Erased",
    advice: "The person was erased here. Delete yours too, or keep what the law demands.",
  },
  matched: {
    title: "Matched",
    advice: "Finished, and everything your list says is what was sent. Nothing is to be done.",
  },
};

export const FINDING_NAMES = Object.keys(FINDINGS) as readonly Finding[];

/** How many lines a finding has. */
export function countOf(report: Report, finding: Finding): number {
  const count: unknown = (report.summary as Readonly<Record<string, unknown>>)[finding];
  return typeof count === "number" ? count : 0;
}

const HEADER = /(?:^|[,;\t])\s*"?uid"?\s*(?:[,;\t]|$)/i;

/** Lines of a list with something on them, without a header. */
export function countUids(text: string): number {
  let count = 0;
  let isFirst = true;
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    if (!(isFirst && HEADER.test(line.trim()))) count += 1;
    isFirst = false;
  }
  return count;
}
