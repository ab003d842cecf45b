import { apiReferenceMarkdown } from "./api-reference.ts";
import { configurationMarkdown } from "./configuration-reference.ts";
import { dataDictionaryMarkdown } from "./data-dictionary.ts";
import { errorIndexMarkdown } from "./error-reference.ts";

/** Pages under docs/ that are written from the code by `npm run docs`; a test fails when one has drifted. */
export const GENERATED_PAGES: Readonly<Record<string, () => string>> = {
  "reference/api.md": apiReferenceMarkdown,
  "reference/errors.md": errorIndexMarkdown,
  "reference/configuration.md": configurationMarkdown,
  "reference/data-dictionary.md": dataDictionaryMarkdown,
};
