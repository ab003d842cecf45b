import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

const chunkSchema = z.object({
  file: z.string(),
  css: z.array(z.string()).optional(),
  imports: z.array(z.string()).optional(),
});
const chunksSchema = z.record(z.string(), chunkSchema);
type Chunks = z.infer<typeof chunksSchema>;

/** The app's style sheet as it stands inside the page, and the source by which the page's policy allows it. */
export interface InlineStyle {
  readonly text: string;
  readonly source: string;
}

/** The names under which the build put the app's files, and its style; null while the app is not built. */
export type Manifest = { readonly chunks: Chunks; readonly style: InlineStyle | null } | null;

export function readManifest(distFolder: string): Manifest {
  const file = join(distFolder, ".vite", "manifest.json");
  if (!existsSync(file)) return null;
  const chunks = chunksSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  return { chunks, style: readStyle(distFolder, chunks) };
}

/**
 * Inside the page, because a style sheet of its own costs one more round trip before anything is seen: 0.6 s of the
 * 1.8 s on a slow line. null, and so a link, where a file is missing or its text would end the element.
 */
function readStyle(distFolder: string, chunks: Chunks): InlineStyle | null {
  const files = (chunks[ENTRY]?.css ?? []).map((name) => join(distFolder, name));
  if (files.length === 0 || !files.every((path) => existsSync(path))) return null;
  const text = files.map((path) => readFileSync(path, "utf8").trim()).join("\n");
  if (text.includes("</")) return null;
  return { text, source: `'sha256-${createHash("sha256").update(text).digest("base64")}'` };
}

const ENTRY = "index.html";

export interface PageAssets {
  readonly inlineStyle: InlineStyle | null;
  readonly styles: readonly string[];
  readonly script: string | null;
  /** Fetched beside the script instead of after it: what the first screen needs. */
  readonly preloads: readonly string[];
}

export function pageAssets(
  manifest: Manifest,
  /** `page`: a part of the app that only some pages have, as a path of its source. */
  first: { readonly language: string; readonly task: string | null; readonly page?: string },
): PageAssets {
  const entry = manifest?.chunks[ENTRY];
  if (!manifest || !entry) return { inlineStyle: null, styles: [], script: null, preloads: [] };
  const { chunks, style } = manifest;
  const wanted = [
    `src/i18n/${first.language}.json`,
    ...(first.task === null ? [] : [`src/tasks/${first.task}/view.tsx`]),
    ...(first.page === undefined ? [] : [first.page]),
  ];
  const preloads = new Set<string>();
  for (const key of wanted) collect(chunks, key, preloads);
  preloads.delete(entry.file);
  return {
    inlineStyle: style,
    styles: style === null ? (entry.css ?? []).map(toPath) : [],
    script: toPath(entry.file),
    preloads: [...preloads].map(toPath),
  };
}

function collect(chunks: Chunks, key: string, files: Set<string>): void {
  const chunk = chunks[key];
  if (!chunk || files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const imported of chunk.imports ?? []) collect(chunks, imported, files);
}

function toPath(file: string): string {
  return `/${file}`;
}
