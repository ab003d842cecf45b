import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import type { ErrorCode } from "@tallystick/contract";
import { projectRoot } from "../../infra/places.ts";
import { ERROR_CODES, errorPageMarkdown } from "./error-reference.ts";
import { layoutHtml, type NavGroup, type NavItem } from "./layout.ts";
import { pageUrl, renderMarkdown, type Rendered } from "./markdown.ts";
import { STYLE } from "./style.ts";

export interface Asset {
  readonly type: string;
  readonly body: string | Buffer;
}

/** The whole documentation, rendered once: the address of each page, stylesheet and image to what it answers. */
export interface Site {
  readonly files: ReadonlyMap<string, Asset>;
  readonly notFound: string;
}

/** The order of the side bar; a page that is not named here is listed under its folder's group all the same. */
const GROUPS = [
  {
    title: "Guides",
    folder: "guides",
    first: [
      "integrate",
      "deployments",
      "links",
      "webhooks",
      "read-api",
      "more-languages",
      "results",
      "find-and-reconcile",
      "compatibility",
      "go-live",
      "team",
      "self-host",
      "operate",
      "simulate",
      "privacy",
      "data-protection",
    ],
  },
  { title: "Reference", folder: "reference", first: ["api", "errors", "configuration", "data-dictionary"] },
] as const;

const IMAGE_TYPES: Readonly<Record<string, string>> = { ".png": "image/png", ".svg": "image/svg+xml" };

/** The docs folder of the repository, from the source tree and from the bundle alike; null when it was left out. */
export function findDocsFolder(): string | null {
  const folder = path.join(projectRoot(), "docs");
  return existsSync(folder) ? folder : null;
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.split(path.sep).join("/"))
    .sort();
}

function navGroup(
  group: (typeof GROUPS)[number],
  files: readonly string[],
  titles: ReadonlyMap<string, string>,
): NavGroup {
  const prefix = `${group.folder}/`;
  const first = group.first.map((name) => `${prefix}${name}.md`);
  const others = files.filter((file) => file.startsWith(prefix) && !first.includes(file));
  const items = [...first, ...others].flatMap((file): NavItem[] => {
    const title = titles.get(file);
    return title === undefined ? [] : [{ url: pageUrl(file), title: title.replace(/ \(.*\)$/, "") }];
  });
  return { title: group.title, items };
}

function navigation(files: readonly string[], titles: ReadonlyMap<string, string>): readonly NavGroup[] {
  const tasks = files.filter((file) => file.startsWith("tasks/"));
  const background = [
    "model-card.md",
    "validation.md",
    ...tasks,
    "security.md",
    "reliability.md",
    "performance.md",
    "performance-million.md",
    "performance-phone.md",
    "decisions/README.md",
  ].flatMap((file): NavItem[] => {
    const title = titles.get(file);
    return title === undefined ? [] : [{ url: pageUrl(file), title: title.replace(/ \(.*\)$/, "") }];
  });
  const groups = GROUPS.map((group) => navGroup(group, files, titles));
  return [...groups, { title: "Background", items: background }].filter((group) => group.items.length > 0);
}

function errorPages(): ReadonlyMap<string, Rendered> {
  const render = (code: ErrorCode): [string, Rendered] => [
    `/docs/errors/${code}`,
    renderMarkdown("reference/error.md", errorPageMarkdown(code)),
  ];
  return new Map(ERROR_CODES.map(render));
}

/** Reads and renders everything in `folder`; without a folder only the error pages stand. */
export function loadSite(folder: string | null): Site {
  const names = folder === null ? [] : listFiles(folder);
  const sources = names.filter((name) => name.endsWith(".md"));
  const rendered = new Map(
    sources.map((name) => [name, renderMarkdown(name, readFileSync(path.join(folder ?? "", name), "utf8"))] as const),
  );
  const titles = new Map([...rendered].map(([name, page]) => [name, page.title]));
  const nav = navigation(sources, titles);
  const styleUrl = `/docs/style-${createHash("sha256").update(STYLE).digest("hex").slice(0, 12)}.css`;

  const files = new Map<string, Asset>([[styleUrl, { type: "text/css; charset=utf-8", body: STYLE }]]);
  const addPage = (url: string, page: Rendered): void => {
    files.set(url, { type: "text/html; charset=utf-8", body: layoutHtml({ url, ...page, nav, styleUrl }) });
  };
  for (const [name, page] of rendered) addPage(pageUrl(name), page);
  for (const [url, page] of errorPages()) addPage(url, page);
  for (const name of names) {
    const type = IMAGE_TYPES[path.extname(name)];
    if (folder !== null && type !== undefined)
      files.set(`/docs/${name}`, { type, body: readFileSync(path.join(folder, name)) });
  }
  const missing = renderMarkdown("README.md", "# No such page\n\nStart again at [the first page](README.md).\n");
  return { files, notFound: layoutHtml({ url: "", ...missing, nav, styleUrl }) };
}
