// The texts of the applicant's side, judged as one: the build fails on a fault, and a test plants one of each kind.
// Plain JavaScript without dependencies, because `npm run build` runs it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const SOURCE_LANGUAGE = "en";

/** Two catalogues: what the phone loads, and what only the server renders. Each is used in its own sources alone. */
const CATALOGUES = [
  { folder: "apps/assessment/src/i18n", usedIn: ["apps/assessment/src"], namesIn: ["packages/tasks/src"] },
  { folder: "apps/assessment/src/i18n/pages", usedIn: ["apps/server/src/features/assessment"], namesIn: [] },
];

/** Every fault of every catalogue under `root`, one line each: the file, the key, what is wrong. */
export function catalogueFaults(root) {
  return readCatalogues(root).flatMap(faultsOf);
}

export function readCatalogues(root) {
  return CATALOGUES.map(({ folder, usedIn, namesIn }) => {
    const files = readdirSync(join(root, folder)).filter((name) => name.endsWith(".json"));
    const languages = Object.fromEntries(
      files.map((name) => [name.slice(0, -".json".length), JSON.parse(readFileSync(join(root, folder, name), "utf8"))]),
    );
    const text = usedIn.map((path) => sourcesUnder(join(root, path))).join("\n");
    const names = namesIn.map((path) => sourcesUnder(join(root, path))).join("\n");
    return { folder: relative(root, join(root, folder)), languages, text, names: `${text}\n${names}` };
  });
}

function sourcesUnder(folder) {
  if (!existsSync(folder)) return "";
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$|(^|\/)testing\/|page-contract\.ts$/.test(path))
    .map((path) => readFileSync(join(folder, path), "utf8"))
    .join("\n");
}

/** The faults of one catalogue: `{ folder, languages: { en: {…}, … }, text, names }`. */
export function faultsOf({ folder, languages, text, names }) {
  const source = languages[SOURCE_LANGUAGE] ?? {};
  const uses = usesIn(text, names);
  const unused = Object.keys(source)
    .filter((key) => !isUsed(key, uses))
    .map((key) => `${folder}/${SOURCE_LANGUAGE}.json: "${key}" is used nowhere`);
  const unknown = uses.keys
    .filter((key) => !(key in source))
    .map((key) => `${folder}/${SOURCE_LANGUAGE}.json: lacks "${key}", which the source uses`);
  const perLanguage = Object.entries(languages).flatMap(([language, catalogue]) =>
    languageFaults(language, catalogue, source).map((fault) => `${folder}/${language}.json: ${fault}`),
  );
  return [...unused, ...unknown, ...perLanguage];
}

function languageFaults(language, catalogue, source) {
  const faults = [];
  for (const key of Object.keys(source)) if (!(key in catalogue)) faults.push(`lacks "${key}"`);
  for (const [key, text] of Object.entries(catalogue)) {
    if (key in source) faults.push(...textFaults(key, text, { language, source: source[key] }));
    else faults.push(`"${key}" is in no other language's source (${SOURCE_LANGUAGE}.json lacks it)`);
  }
  return [...faults, ...untranslated(language, catalogue, source)];
}

function textFaults(key, text, { language, source }) {
  const faults = [];
  const wanted = placesOf(Object.values(formsOf(source)).join(" "));
  if (typeof text === "object") {
    const needed = categoriesOf(language);
    const given = Object.keys(text).toSorted();
    if (given.join() !== needed.join()) {
      faults.push(`"${key}" has the plural forms ${given.join(", ")}; ${language} needs ${needed.join(", ")}`);
    }
    if (!wanted.includes("count")) faults.push(`"${key}" has plural forms, but no {count} decides between them`);
  }
  for (const [category, form] of Object.entries(formsOf(text))) {
    const name = typeof text === "object" ? `"${key}" (${category})` : `"${key}"`;
    if (form.trim() === "" || form !== form.trim()) faults.push(`${name} is empty or has white space at an end`);
    const places = placesOf(form);
    for (const place of places) if (!wanted.includes(place)) faults.push(`${name} has {${place}}, the source has not`);
    for (const place of wanted) {
      // "one day", "a pair": where the form itself says how many, the number may be left out.
      const isSaid = place === "count" && typeof text === "object" && category !== "other";
      if (!places.includes(place) && !isSaid) faults.push(`${name} lacks {${place}}`);
    }
    if (/[{}]/.test(form.replaceAll(/\{\w+\}/g, ""))) faults.push(`${name} has a brace that belongs to no place`);
  }
  return faults;
}

/** Words that are the same in both languages by chance are short and few. */
const SAME_LETTERS = 12;
const SAME_SHARE = 0.1;

function untranslated(language, catalogue, source) {
  if (language === SOURCE_LANGUAGE) return [];
  const letters = (text) => text.replaceAll(/\{\w+\}|[^\p{L}]/gu, "");
  const same = Object.entries(catalogue).filter(([key, text]) => {
    return key in source && typeof text === "string" && text === source[key] && !key.endsWith("version");
  });
  const withLetters = same.filter(([, text]) => letters(text) !== "");
  const long = withLetters.filter(([, text]) => letters(text).length > SAME_LETTERS);
  const faults = long.map(([key]) => `"${key}" was left in English`);
  if (withLetters.length > Math.max(2, Object.keys(source).length * SAME_SHARE)) {
    faults.push(`${withLetters.length} texts were left in English: ${withLetters.map(([key]) => key).join(", ")}`);
  }
  return faults;
}

function formsOf(text) {
  return typeof text === "string" ? { other: text } : (text ?? {});
}

function placesOf(text) {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))];
}

/** The plural categories that whole numbers up to 1000 fall into; the one for millions is never needed here. */
function categoriesOf(language) {
  const rules = new Intl.PluralRules(language);
  const categories = new Set(["other"]);
  for (let number = 0; number <= 1000; number += 1) categories.add(rules.select(number));
  return [...categories].toSorted();
}

/**
 * Keys that stand in the source as they are, and patterns such as `taps.${shape}` whose gaps a quoted word or a number
 * fills.
 */
function usesIn(text, names) {
  const quoted = new Set([...names.matchAll(/["'`]([\w-]+)["'`]/g)].map(([, word]) => word));
  for (const [, word] of names.matchAll(/\b(\w+):/g)) quoted.add(word);
  // A name made of another and an ending, such as `${statement}r` for a reversed copy.
  const words = [...quoted];
  for (const [, ending] of names.matchAll(/`\$\{\w+\}(\w+)`/g)) for (const word of words) quoted.add(word + ending);
  const literals = new Set([...text.matchAll(/["']([a-z_]+\.\w+)["']/g)].map(([, key]) => key));
  const keys = [...text.matchAll(/\bt\(\s*["']([a-z_]+\.\w+)["']/g)].map(([, key]) => key);
  const patterns = [...text.matchAll(/`([a-z_]+\.[\w.]*(?:\$\{[^`{}]*\}\w*)+)`/g)].map(([, template]) => {
    const parts = template.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(".", String.raw`\.`));
    return new RegExp(`^${parts.join(String.raw`(\w+)`)}$`);
  });
  return { keys, literals, patterns, quoted };
}

function isUsed(key, { literals, patterns, quoted }) {
  if (literals.has(key)) return true;
  return patterns.some((pattern) => {
    const match = pattern.exec(key);
    return match !== null && match.slice(1).every((word) => /^\d+$/.test(word) || quoted.has(word));
  });
}
