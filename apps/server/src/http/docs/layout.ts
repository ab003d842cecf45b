import { escapeHtml, type Heading } from "./markdown.ts";

export interface NavItem {
  readonly url: string;
  readonly title: string;
}

export interface NavGroup {
  readonly title: string;
  readonly items: readonly NavItem[];
}

export interface PageParts {
  readonly url: string;
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly nav: readonly NavGroup[];
  readonly styleUrl: string;
}

function navHtml(nav: readonly NavGroup[], current: string): string {
  return nav
    .map((group) => {
      const items = group.items.map((item) => {
        const mark = item.url === current ? ' aria-current="page"' : "";
        return `<li><a href="${item.url}"${mark}>${escapeHtml(item.title)}</a></li>`;
      });
      return `<h2>${escapeHtml(group.title)}</h2>\n<ul>\n${items.join("\n")}\n</ul>`;
    })
    .join("\n");
}

/** The second-level headings, where there are enough to get lost among; a page of very many has a table of its own. */
function contentsHtml(headings: readonly Heading[]): string {
  const sections = headings.filter((heading) => heading.depth === 2);
  if (sections.length < 3 || sections.length > 14) return "";
  const items = sections.map((heading) => `<li><a href="#${heading.id}">${escapeHtml(heading.text)}</a></li>`);
  return `<nav class="contents" aria-label="On this page">\n<ul>\n${items.join("\n")}\n</ul>\n</nav>`;
}

/** One whole HTML document: no script, one stylesheet, nothing from elsewhere. */
export function layoutHtml(page: PageParts): string {
  const { html } = page;
  const afterTitle = html.indexOf("</h1>") + "</h1>".length;
  const contents = contentsHtml(page.headings);
  const body =
    afterTitle < "</h1>".length ? html : `${html.slice(0, afterTitle)}\n${contents}${html.slice(afterTitle)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title === "Tallystick" ? "Tallystick documentation" : `${escapeHtml(page.title)} · Tallystick`}</title>
<link rel="stylesheet" href="${page.styleUrl}">
<link rel="icon" href="/favicon.ico" type="image/svg+xml">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top"><a class="brand" href="/docs">Tallystick</a> <span>documentation</span></header>
<div class="frame">
<div class="side">
<details class="menu"><summary>All pages</summary>
<nav aria-label="All pages">
${navHtml(page.nav, page.url)}
</nav>
</details>
<nav class="wide" aria-label="Documentation">
${navHtml(page.nav, page.url)}
</nav>
</div>
<main id="content">
${body}
</main>
</div>
</body>
</html>
`;
}
