import { readFileSync } from "node:fs";
import path from "node:path";

const GUIDES = path.join(import.meta.dirname, "../../docs/guides");

/** Name of a language in the dashboard, the tag of its blocks in the guides, and the guide that has each block. */
const SOURCES = [
  { language: "curl", tag: "sh", create: "integrate.md", verify: "more-languages.md" },
  { language: "typescript", tag: "typescript", create: "integrate.md", verify: "webhooks.md" },
  { language: "client", tag: "typescript", create: "integrate.md", verify: "webhooks.md", isClient: true },
  { language: "python", tag: "python", create: "integrate.md", verify: "webhooks.md" },
  { language: "php", tag: "php", create: "integrate.md", verify: "webhooks.md" },
  { language: "java", tag: "java", create: "more-languages.md", verify: "more-languages.md" },
  { language: "csharp", tag: "csharp", create: "more-languages.md", verify: "more-languages.md" },
  { language: "go", tag: "go", create: "more-languages.md", verify: "more-languages.md" },
] as const;

/**
 * `apps/beacon/src/pages/deployments/integrate/snippets.json`: the guides' own blocks, which tests run against a real
 * server, so that what one copies from the dashboard is what was tried.
 */
export function beaconSnippets(): string {
  const rows = SOURCES.map((source) => {
    const block = (guide: string, kind: string): string | null =>
      blockOf(guide, source.tag, "isClient" in source ? `client-${kind.replace("create-", "")}` : kind);
    const key = block(source.create, "create-a");
    const signature = block(source.create, "create-b");
    const verify = block(source.verify, "verify");
    if (key === null || verify === null) throw new Error(`The guides have no lines in ${source.language}`);
    return [source.language, { key, signature, verify }];
  });
  return `${JSON.stringify(Object.fromEntries(rows), null, 2)}\n`;
}

function blockOf(guide: string, tag: string, name: string): string | null {
  const text = readFileSync(path.join(GUIDES, guide), "utf8");
  return new RegExp(`^\`\`\`${tag} ${name}\\n([\\s\\S]*?)^\`\`\``, "m").exec(text)?.[1]?.trimEnd() ?? null;
}
