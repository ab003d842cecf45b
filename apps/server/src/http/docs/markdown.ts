import path from "node:path";
import { Marked, type Tokens } from "marked";

/** A rendered page. `title` is the text of its first heading. */
export interface Rendered {
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
}

export interface Heading {
  readonly id: string;
  readonly text: string;
  readonly depth: number;
}

/** `&`, `<`, `>` and `"` for text and attribute values. */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** The id a heading gets here and on the usual repository sites: lower case, spaces as `-`, punctuation dropped. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/<[^>]*>|&[a-z]+;/g, "")
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}

/** `guides/integrate.md` -> `/docs/guides/integrate`; `decisions/README.md` -> `/docs/decisions`. */
export function pageUrl(file: string): string {
  if (file === "reference/errors.md") return "/docs/errors";
  const name = file.replace(/\.md$/, "").replace(/(^|\/)README$/, "");
  return name === "" ? "/docs" : `/docs/${name}`;
}

/** Where a link of `file` leads on the site; null when it leaves the documentation. */
export function linkTarget(file: string, href: string): string | null {
  if (/^[a-z][a-z0-9+.-]*:/i.test(href) || href.startsWith("#") || href.startsWith("/")) return href;
  const [target = "", hash] = href.split("#");
  const resolved = path.posix.join(path.posix.dirname(file), target);
  if (resolved.startsWith("..")) return null;
  if (!resolved.endsWith(".md")) return `/docs/${resolved}`;
  if (resolved === "reference/errors.md" && hash !== undefined) return `/docs/errors/${hash}`;
  return pageUrl(resolved) + (hash === undefined ? "" : `#${hash}`);
}

/** Unique within a page, as the repository sites do: the second `Example` becomes `example-1`. */
function uniqueIds(): (text: string) => string {
  const seen = new Map<string, number>();
  return (text) => {
    const base = slug(text);
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    return count === 0 ? base : `${base}-${String(count)}`;
  };
}

/**
 * On a phone each row becomes a block whose cells carry their column's name; the roles keep it a table for screen readers
 * all the same. The first column names the row and needs no label.
 */
function tableHtml(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = heads.map((head) =>
    head === "" ? '<td role="cell"></td>' : `<th role="columnheader" scope="col">${head}</th>`,
  );
  const body = rows.map((row) => {
    const cells = row.map((cell, column) => {
      const label = column === 0 ? "" : (heads[column] ?? "").replace(/<[^>]*>/g, "");
      return `<td role="cell"${label === "" ? "" : ` data-label="${label}"`}>${cell}</td>`;
    });
    return `<tr role="row">${cells.join("")}</tr>`;
  });
  const named = heads.some((name) => name !== "");
  const head = named ? `<thead role="rowgroup"><tr role="row">${columns.join("")}</tr></thead>\n` : "";
  return `<div class="scroll" tabindex="0" role="group" aria-label="Table"><table role="table">
${head}<tbody role="rowgroup">
${body.join("\n")}
</tbody></table></div>
`;
}

/** Renders our own Markdown. Nothing user-made ever comes here, so nothing is sanitised. */
export function renderMarkdown(file: string, source: string): Rendered {
  const headings: Heading[] = [];
  const idOf = uniqueIds();
  const marked = new Marked({ gfm: true });
  marked.use({
    renderer: {
      heading({ tokens, depth }: Tokens.Heading) {
        const html = this.parser.parseInline(tokens);
        const text = this.parser.parseInline(tokens, this.parser.textRenderer);
        const id = idOf(text);
        headings.push({ id, text, depth });
        // A code of a whole line on a phone breaks after an underscore, not inside a word.
        const breakable = html.includes("<") ? html : html.replace(/_/g, "_<wbr>");
        return `<h${String(depth)} id="${id}">${breakable}</h${String(depth)}>\n`;
      },
      // Scrollable blocks take the focus, so that a keyboard can scroll them.
      code({ text, lang }: Tokens.Code) {
        const language = (lang ?? "").split(" ")[0] ?? "";
        const label = language === "" ? "Example" : `Example, ${language}`;
        return `<pre tabindex="0" role="group" aria-label="${escapeHtml(label)}"><code>${escapeHtml(text)}\n</code></pre>\n`;
      },
      table({ header, rows }: Tokens.Table) {
        const heads = header.map((cell) => this.parser.parseInline(cell.tokens));
        const body = rows.map((row) => row.map((cell) => this.parser.parseInline(cell.tokens)));
        return tableHtml(heads, body);
      },
      // A list to tick off on paper, not a form.
      checkbox() {
        return '<span aria-hidden="true">☐</span> ';
      },
      link({ href, tokens }: Tokens.Link) {
        const html = this.parser.parseInline(tokens);
        const target = linkTarget(file, href);
        return target === null ? html : `<a href="${escapeHtml(target)}">${html}</a>`;
      },
      image({ href, text }: Tokens.Image) {
        return `<img src="${escapeHtml(linkTarget(file, href) ?? href)}" alt="${escapeHtml(text)}">`;
      },
    },
  });
  const html = marked.parse(source, { async: false });
  return { title: headings[0]?.text ?? file, html, headings };
}
