import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** docs/performance.md: what a full run writes, then sections that have runs of their own and are kept until those. */
const PAGE = join(dirname(import.meta.dirname), "docs/performance.md");

export type OwnSection = "## Webhooks" | "## Links in bulk";
const OWN_SECTIONS: readonly OwnSection[] = ["## Webhooks", "## Links in bulk"];

/** Replaces all but the sections that have runs of their own. */
export function writeFullRun(text: string): void {
  const page = readFileSync(PAGE, "utf8");
  writeFileSync(PAGE, [text, ...OWN_SECTIONS.map((heading) => sectionOf(page, heading))].join(""));
}

/** `text` begins with an empty line and its heading. */
export function writeSection(heading: OwnSection, text: string): void {
  const page = readFileSync(PAGE, "utf8");
  const begin = Math.min(
    ...OWN_SECTIONS.map((own) => page.indexOf(`\n${own}\n`)).filter((at) => at !== -1),
    page.length,
  );
  const sections = OWN_SECTIONS.map((own) => (own === heading ? text : sectionOf(page, own)));
  writeFileSync(PAGE, [page.slice(0, begin), ...sections].join(""));
}

/** "" when there is none yet. */
function sectionOf(page: string, heading: OwnSection): string {
  const begin = page.indexOf(`\n${heading}\n`);
  if (begin === -1) return "";
  const end = page.indexOf("\n## ", begin + 1);
  return page.slice(begin, end === -1 ? page.length : end);
}
