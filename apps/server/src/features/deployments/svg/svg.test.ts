import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { MAX_SVG_BYTES, svgLogo } from "./logo-svg.ts";
import { SvgRefused } from "./sanitise.ts";

const NS = 'xmlns="http://www.w3.org/2000/svg"';
const drawing = (inside: string, attributes = 'viewBox="0 0 40 20"') => `<svg ${NS} ${attributes}>${inside}</svg>`;
const keep = (text: string) => svgLogo(Buffer.from(text)).image.toString();
const inside = (text: string) => keep(drawing(text)).replace(/^<svg[^>]*>|<\/svg>$/g, "");

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (error instanceof SvgRefused) return error.message;
    throw error;
  }
  return "kept";
}

describe("a drawing", () => {
  test("keeps its shapes, gradients and cuts, and points to its own parts", () => {
    const shapes =
      '<defs><linearGradient id="a" gradientUnits="userSpaceOnUse" x1="0"><stop offset="0" stop-color="#fff"/></linearGradient>' +
      '<clipPath id="c"><circle cx="5" cy="5" r="4"/></clipPath></defs>' +
      '<g transform="translate(1, 2) rotate(45)" clip-path="url(#c)"><path d="M0 0L10.5-3e1z" fill="url(#a) none"/></g>' +
      '<use href="#c" x="3"/>';
    expect(inside(shapes)).toBe(shapes);
  });

  test("loses what nobody sees: words about it, a drawing program's own, comments, classes, unknown attributes", () => {
    const file =
      '<?xml version="1.0" encoding="UTF-8"?><!-- made at home --><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">' +
      `<svg ${NS} xmlns:ink="http://ink.example/ns" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" viewBox="0 0 4 2">` +
      '<title>Bank</title><metadata><x>by Ana</x></metadata><ink:view ink:zoom="2"><rect/></ink:view>' +
      '<rect class="k" data-name="Layer 1" ink:label="n" aria-label="x" width="4" height="2">words</rect></svg>';
    expect(keep(file)).toBe(`<svg ${NS} viewBox="0 0 4 2" width="4" height="2"><rect width="4" height="2"/></svg>`);
  });

  test("keeps an inline style as attributes, which win over those beside it", () => {
    expect(inside('<rect fill="red" style="fill:#0a0 !important; stroke-width : 2px;font-family:Arial;--x:1"/>')).toBe(
      '<rect fill="#0a0" stroke-width="2px"/>',
    );
    expect(inside('<rect style="fill:url(\'#g\')"/><linearGradient id="g"/>')).toBe(
      '<rect fill="url(#g)"/><linearGradient id="g"/>',
    );
  });

  test.each([
    ['viewBox="0 0 3000 900"', [1024, 307]],
    ['width="120px" height="30"', [120, 30]],
    ['width="100%" height="100%" viewBox="0,0,60,30"', [60, 30]],
    ['width="210mm" height="99mm" viewBox="-5 -5 21 10"', [21, 10]],
    ['viewBox="0 0 5000 1"', [1024, 1]],
  ])("of %s has a size in whole pixels within the bounds", (attributes, size) => {
    const { image, width, height } = svgLogo(Buffer.from(drawing("<rect/>", attributes)));
    expect([width, height]).toEqual(size);
    expect(image.toString()).toMatch(
      new RegExp(`viewBox="[-\\d. ]+" width="${width}" height="${height}"|width="${width}"`),
    );
  });
});

test("names of layers that are no ids are left out, unless something points to them", () => {
  expect(inside('<g id="Capa de título"><rect id="a:b" width="1"/></g>')).toBe('<g><rect width="1"/></g>');
  expect(refusal(() => keep(drawing('<g id="a:b"/><use href="#a:b"/>')))).toMatch(/out of the file/);
});

describe("is refused in words", () => {
  test.each<[string, string, RegExp]>([
    ["a script", "<script>alert(1)</script>", /^holds a script$/],
    ["a handler", '<rect onclick="x()"/>', /event handler \(onclick\)/],
    ["a handler with a prefix of its own", '<rect xmlns:x="u" x:OnLoad="x()"/>', /event handler/],
    ["a page inside", "<foreignObject/>", /foreignObject/],
    ["a style sheet", "<style>*{fill:url(http://x)}</style>", /<style> element; export it with/],
    ["text", "<text>Bank</text>", /convert it to paths/],
    ["a picture", '<image href="data:image/png;base64,AAAA"/>', /<image>/],
    ["a link", '<a href="#x"/>', /a link/],
    ["motion", '<rect><animate attributeName="x"/></rect>', /holds <animate>/],
    ["what sets attributes", '<set attributeName="onload" to="x"/>', /holds <set>/],
    ["a name of every object", "<constructor/>", /holds <constructor>/],
    ["use of another file", '<use href="http://x.example/a.svg#b"/>', /reference out of the file/],
    ["use of data", '<use xmlns:l="http://www.w3.org/1999/xlink" l:href="data:,x"/>', /reference out of the file/],
    ["paint from elsewhere", '<rect fill="url(https://x.example/a)"/>', /out of the file \(fill of <rect>\)/],
    ["paint from elsewhere by style", '<rect style="fill:url(//x.example)"/>', /out of the file/],
    ["paint with hidden letters", '<rect fill="\\75rl(#a)"/>', /not allowed/],
    ["a function of no drawing", '<rect fill="image(a)"/>', /not allowed/],
    ["a variable", '<rect fill="var(--a)"/>', /not allowed/],
    ["points to nothing", '<rect fill="url(#none)"/>', /#none/],
    ["points to what was left out", '<metadata><g id="m"/></metadata><use href="#m"/>', /#m/],
    ["use in a circle", '<g id="a"><use href="#a"/></g>', /in a circle/],
    ["an id twice", '<g id="a"/><g id="a"/>', /twice/],
    ["an entity", "<rect fill='&x;'/>", /damaged/],
    ["tags that do not close", "<g>", /damaged/],
    ["another drawing inside", `<svg ${NS}/>`, /another <svg>/],
    ["more elements than a logo has", "<g/>".repeat(2_000), /more than 2000 elements/],
    ["nesting without end", "<g>".repeat(70) + "</g>".repeat(70), /64 deep/],
  ])("%s", (_what, text, words) => {
    expect(refusal(() => keep(drawing(text)))).toMatch(words);
  });

  test.each<[string, string | Buffer, RegExp]>([
    ["a document type that defines", `<!DOCTYPE svg [<!ENTITY a "b">]>${drawing("<rect/>")}`, /document type/],
    ["another language", "<html><body/></html>", /does not begin with <svg>/],
    ["a prefix without a namespace", "<s:svg><rect/></s:svg>", /damaged/],
    ["no size", drawing("<rect/>", ""), /has no size/],
    ["a size of nothing", drawing("<rect/>", 'viewBox="0 0 0 5"'), /has no size/],
    ["a size beyond numbers", drawing("<rect/>", 'viewBox="0 0 1e999 5"'), /has a size beyond|no size/],
    ["UTF-16", Buffer.from(`\ufeff${drawing("<rect/>")}`, "utf16le"), /UTF-8/],
    ["another encoding by its word", `<?xml version="1.0" encoding="ISO-8859-1"?>${drawing("<rect/>")}`, /ISO-8859-1/],
    [
      "too many bytes",
      drawing(`<path d="${"M0 0".repeat(MAX_SVG_BYTES / 4)}"/>`),
      /is an SVG of 65 KiB; it may have 64/,
    ],
  ])("%s", (_what, file, words) => {
    expect(refusal(() => svgLogo(Buffer.from(file as Buffer)))).toMatch(words);
  });

  test("a few lines that would draw millions of shapes, however they point to each other", () => {
    const layer = (n: number) => `<g id="l${n}">${`<use href="#l${n - 1}"/>`.repeat(10)}</g>`;
    const lines = [1, 2, 3, 4, 5, 6, 7].map(layer).join("");
    expect(refusal(() => keep(drawing(`<rect id="l0"/>${lines}`)))).toMatch(/more than 20000 shapes/);
  });
});

/** Parts of hostile files, put together at random: names, attributes and values of every kind, nested. */
const name = fc.constantFrom(
  "g",
  "rect",
  "path",
  "use",
  "script",
  "style",
  "a",
  "foreignObject",
  "x:g",
  "defs",
  "svg",
  "set",
);
const attribute = fc.constantFrom(
  "fill",
  "id",
  "href",
  "x:href",
  "style",
  "onload",
  "d",
  "xmlns",
  "transform",
  "class",
  "clip-path",
);
const value = fc.oneof(
  fc.constantFrom("#a", "a", "url(#a)", "url(//x.example)", "vbscript:x", "data:,x", "red", "translate(1,2)"),
  fc.constantFrom(
    "fill:url(#a)",
    "fill:red;behavior:url(x)",
    "http://www.w3.org/2000/svg",
    "&lt;",
    "&#x6a;",
    "\\75 rl(x)",
  ),
  fc.string({ maxLength: 12 }),
);
const quoted = (text: string) => text.replace(/["<]/g, "");
const { node } = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("words", "<!-- c -->", "<![CDATA[<script>]]>", "<?go?>", "&amp;", "&x;"),
    fc
      .tuple(
        name,
        fc.uniqueArray(fc.tuple(attribute, value), { maxLength: 3, selector: ([key]) => key }),
        fc.array(tie("node"), { maxLength: 3 }),
      )
      .map(([tag, attributes, children]) => {
        const given = attributes.map(([key, text]) => ` ${key}="${quoted(text)}"`).join("");
        return `<${tag}${given}>${children.join("")}</${tag}>`;
      }),
  ),
}));

describe("whatever is sent", () => {
  test("is refused in words, or becomes a drawing in which nothing runs, loads or points away", () => {
    let kept = 0;
    fc.assert(
      fc.property(fc.array(node, { maxLength: 4 }), (parts) => {
        const file = `<svg ${NS} xmlns:x="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"><g id="a"/>${parts.join("")}</svg>`;
        if (refusal(() => keep(file)) !== "kept") return;
        kept += 1;
        const written = keep(file);
        expect(written).not.toMatch(/<(?!\/?(svg|g|defs|use|path|rect)[ />])/);
        expect(written).not.toMatch(
          /\son\w+=|script|href="(?!#a")|url\((?!#a\))|[\\@:](?!\/\/www\.w3\.org\/2000\/svg")/i,
        );
        expect(keep(written)).toBe(written);
      }),
      { numRuns: 5_000 },
    );
    expect(kept).toBeGreaterThan(200);
  });

  test("never makes the reader fail otherwise than by refusing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 300 })), (bytes) => {
        const file = typeof bytes === "string" ? Buffer.from(`<svg ${bytes}`) : Buffer.from(bytes);
        expect(refusal(() => svgLogo(file))).not.toBe("kept");
      }),
      { numRuns: 2_000 },
    );
  });
});
