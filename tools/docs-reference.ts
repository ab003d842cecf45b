// `npm run docs`: writes the pages of docs/reference that come from the code.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { GENERATED_PAGES } from "../apps/server/src/http/docs/generated-pages.ts";

const folder = path.join(import.meta.dirname, "..", "docs");

for (const [file, write] of Object.entries(GENERATED_PAGES)) {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, write());
  console.log(`wrote docs/${file}`);
}
