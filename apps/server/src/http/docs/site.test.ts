import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ERRORS } from "@tallystick/contract";
import { models, SANDBOX_FLAG_ALIASES } from "@tallystick/scoring";
import { batteries } from "@tallystick/tasks";
import { expect, it } from "vitest";
import { SIM_PREFIXES } from "../../features/sessions/uid.ts";
import { GENERATED_PAGES } from "./generated-pages.ts";
import { linkTarget, renderMarkdown, slug } from "./markdown.ts";
import { findDocsFolder, loadSite } from "./site.ts";

const folder = findDocsFolder();
if (folder === null) throw new Error("the docs folder is not in this repository");
const root = path.dirname(folder);
const site = loadSite(folder);
const pages = [...site.files].flatMap(([url, asset]) =>
  asset.type.startsWith("text/html") ? [{ url, html: String(asset.body) }] : [],
);

function idsOf(url: string): ReadonlySet<string> {
  const html = pages.find((page) => page.url === url)?.html ?? "";
  return new Set([...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1] ?? ""));
}

it("every link, image and stylesheet of every page leads somewhere", () => {
  const broken = pages.flatMap(({ url, html }) =>
    [...html.matchAll(/(?:href|src)="([^"]*)"/g)].flatMap((match) => {
      const [target = "", hash] = (match[1] ?? "").split("#");
      if (target.startsWith("https:") || target === "/favicon.ico") return [];
      const address = target === "" ? url : target;
      const fine = site.files.has(address) && (hash === undefined || idsOf(address).has(hash));
      return fine ? [] : [`${url} -> ${match[1] ?? ""}`];
    }),
  );
  expect(pages.length).toBeGreaterThan(40);
  expect(broken).toEqual([]);
});

it("every link of the repository's own pages leads to a file and a heading that exist", () => {
  const sources = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];
  const known = new Map<string, string>();
  const read = (file: string): string => {
    const text = known.get(file) ?? readFileSync(file, "utf8");
    known.set(file, text);
    return text;
  };
  for (const source of sources) {
    const file = path.join(root, source);
    for (const match of read(file).matchAll(/\]\(([^)\s]+)\)/g)) {
      const [target = "", hash] = (match[1] ?? "").split("#");
      if (/^(https?|mailto):/.test(target)) continue;
      const resolved = target === "" ? file : path.join(root, target);
      const text = read(resolved);
      if (hash === undefined) continue;
      const slugs = renderMarkdown(target, text).headings.map((heading) => heading.id);
      expect(slugs, `${source} -> ${match[1] ?? ""}`).toContain(hash);
    }
  }
});

it("every error code has a page that says status, meaning, the way out and an example", () => {
  for (const [code, { status, title }] of Object.entries(ERRORS)) {
    const page = pages.find(({ url }) => url === `/docs/errors/${code}`);
    expect(page, code).toBeDefined();
    expect(page?.html).toContain(`Status ${String(status)}`);
    expect(page?.html).toContain(title.replace(/"/g, "&quot;").replace(/'/g, "&#39;"));
    expect(page?.html).toContain("How to mend it");
    expect(page?.html).toContain(`&quot;code&quot;: &quot;${code}&quot;`);
    expect(idsOf("/docs/errors")).toContain(code);
  }
});

it("the generated pages are what the code says now", () => {
  for (const [file, write] of Object.entries(GENERATED_PAGES)) {
    const stored = readFileSync(path.join(folder, file), "utf8");
    expect(stored === write(), `docs/${file} has drifted: npm run docs`).toBe(true);
  }
});

it("every page is in the side bar or linked from a page that is", () => {
  const linked = new Set(pages.flatMap(({ html }) => [...html.matchAll(/href="([^"#]*)/g)].map((match) => match[1])));
  expect(pages.map(({ url }) => url).filter((url) => !linked.has(url))).toEqual([]);
});

it("no page loads a script, carries an inline style or fetches from elsewhere", () => {
  for (const { url, html } of pages) {
    expect(html, url).not.toMatch(/<script|<style| style="| on[a-z]+="|src="https?:/i);
    expect(html, url).not.toMatch(/<link [^>]*href="https?:/i);
  }
});

it("four troubles, each with its error code, stand on the first page", () => {
  const first = pages.find(({ url }) => url === "/docs")?.html ?? "";
  for (const code of ["journey_mismatch", "uid_already_used", "integration_mismatch", "uid_invalid"]) {
    expect(first).toContain(`/docs/errors/${code}`);
  }
});

it("links between Markdown files become addresses of the site", () => {
  expect(linkTarget("guides/integrate.md", "webhooks.md#verify")).toBe("/docs/guides/webhooks#verify");
  expect(linkTarget("guides/integrate.md", "../reference/errors.md#uid_invalid")).toBe("/docs/errors/uid_invalid");
  expect(linkTarget("guides/integrate.md", "../README.md")).toBe("/docs");
  expect(linkTarget("README.md", "decisions/README.md")).toBe("/docs/decisions");
  expect(linkTarget("README.md", "../LICENSE")).toBeNull();
  expect(linkTarget("README.md", "https://example.com/a.md")).toBe("https://example.com/a.md");
  expect(slug("What is the `same`?")).toBe("what-is-the-same");
});

it("without the docs folder the error pages still stand", () => {
  const bare = loadSite(null);
  expect(bare.files.has("/docs/errors/uid_invalid")).toBe(true);
  expect(bare.files.has("/docs")).toBe(false);
});

it("every flag, sandbox prefix and battery is explained in the guides", () => {
  const results = readFileSync(path.join(folder, "guides/results.md"), "utf8");
  const flags = models.flatMap((model) => Object.keys(model.signals));
  for (const flag of [...flags, ...Object.values(SANDBOX_FLAG_ALIASES), "replay_mismatch", "accessible_path"]) {
    expect(results).toContain(`\`${flag}\``);
  }
  for (const trait of models.flatMap((model) => model.traits)) expect(results).toContain(`\`${trait.key}\``);
  const integrate = readFileSync(path.join(folder, "guides/integrate.md"), "utf8");
  for (const prefix of SIM_PREFIXES) expect(integrate).toContain(`\`${prefix}\``);
  const card = readFileSync(path.join(folder, "model-card.md"), "utf8");
  for (const battery of batteries) expect(card).toContain(`\`${battery.version}\``);
});

it("every metric of the server is explained to those who operate it", () => {
  const sources = path.join(root, "apps/server/src");
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const names = files
    .filter((name) => !name.endsWith(".test.ts"))
    .flatMap((name) => readFileSync(path.join(sources, name), "utf8").match(/(?<=name: ")tallystick_[a-z_]+/g) ?? []);
  const guide = readFileSync(path.join(folder, "guides/operate.md"), "utf8");
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect(guide).toContain(`| \`${name}\``);
});

it("every test that the security page names exists, under that name", () => {
  const page = readFileSync(path.join(folder, "security.md"), "utf8");
  const named = [...page.matchAll(/`([\w./-]+\.test\.ts)` › \*(.+?)\*(?=[;,) ])/g)];
  expect(named.length).toBe(page.split(" › *").length - 1);
  expect(named.length).toBeGreaterThan(100);
  const missing = named.filter(([, file = "", title = ""]) => {
    const text = readFileSync(path.join(root, "apps/server/src", file), "utf8");
    return !['"', "`"].some(
      (quote) => text.includes(`(${quote}${title}${quote}`) || text.includes(`${quote}${title}${quote},`),
    );
  });
  expect(missing.map(([words]) => words)).toEqual([]);
});
