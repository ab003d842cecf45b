import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

const chunkSchema = z.object({
  file: z.string(),
  css: z.array(z.string()).optional(),
  imports: z.array(z.string()).optional(),
});
const manifestSchema = z.record(z.string(), chunkSchema);

/** The names under which the build put the app's files; null while the app is not built. */
export type Manifest = z.infer<typeof manifestSchema> | null;

export function readManifest(distFolder: string): Manifest {
  const file = join(distFolder, ".vite", "manifest.json");
  return existsSync(file) ? manifestSchema.parse(JSON.parse(readFileSync(file, "utf8"))) : null;
}

const ENTRY = "index.html";

export interface PageAssets {
  readonly styles: readonly string[];
  readonly script: string | null;
  /** Fetched beside the script instead of after it: what the first screen needs. */
  readonly preloads: readonly string[];
}

export function pageAssets(
  manifest: Manifest,
  first: { readonly language: string; readonly task: string | null },
): PageAssets {
  const entry = manifest?.[ENTRY];
  if (!manifest || !entry) return { styles: [], script: null, preloads: [] };
  const wanted = [
    `src/i18n/${first.language}.json`,
    ...(first.task === null ? [] : [`src/tasks/${first.task}/view.tsx`]),
  ];
  const preloads = new Set<string>();
  for (const key of wanted) collect(manifest, key, preloads);
  preloads.delete(entry.file);
  return { styles: (entry.css ?? []).map(toPath), script: toPath(entry.file), preloads: [...preloads].map(toPath) };
}

function collect(manifest: NonNullable<Manifest>, key: string, files: Set<string>): void {
  const chunk = manifest[key];
  if (!chunk || files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const imported of chunk.imports ?? []) collect(manifest, imported, files);
}

function toPath(file: string): string {
  return `/${file}`;
}
