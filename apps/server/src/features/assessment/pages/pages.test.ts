import { deviceSchema, LANGUAGE_CODES, LANGUAGES, noteRequestSchema } from "@tallystick/contract";
import { describe, expect, test } from "vitest";

import { say } from "../texts.ts";
import { consentContent, type ConsentView } from "./consent.ts";
import { endContent } from "./end.ts";
import { Html, html } from "./html.ts";
import { renderPage } from "./layout.ts";
import { staffContent } from "./kiosk.ts";
import { DEVICE_LINES, NOTE_LINES, recordedContent } from "./recorded.ts";

const ASSETS = { inlineStyle: null, styles: [], script: null, preloads: [] };

const view = (change: Partial<ConsentView>): ConsentView => ({
  language: "en",
  offered: LANGUAGE_CODES,
  lenderName: "Demo Lender",
  logo: null,
  policyUrl: null,
  minutes: 6,
  query: {},
  recordedUrl: "/recorded?lang=en",
  ...change,
});

/** As it stands in a page, with what HTML escapes. */
function written(text: string): string {
  return html`${text}`.text;
}

test("a page says its language and its direction", () => {
  for (const language of LANGUAGE_CODES) {
    const page = renderPage({ language, title: "x", assets: ASSETS, content: null });
    expect(page).toContain(`<html lang="${language}" dir="${language === "ar" ? "rtl" : "ltr"}">`);
  }
});

describe("the choice of language", () => {
  test("with one or two others: a link each, in its own words", () => {
    const { text } = consentContent(view({ offered: ["en", "sw", "ar"] }));
    expect(text).not.toContain("<details");
    expect(text).toContain('<a lang="sw" hreflang="sw" href="?lang=sw">Kiswahili</a>');
    expect(text).toContain('<a lang="ar" hreflang="ar" href="?lang=ar">العربية</a>');
    expect(text).not.toContain('href="?lang=en');
  });

  test("with more: all of them behind one button that works without a script, named by the present language", () => {
    const { text } = consentContent(view({ language: "hi" }));
    expect(text).toMatch(/<details>\s*<summary><span class="visually-hidden">भाषा:<\/span> हिन्दी<\/summary>/);
    const links = [...text.matchAll(/href="\?lang=(\w\w)"/g)].map(([, code]) => code);
    expect(links).toEqual(LANGUAGE_CODES.filter((code) => code !== "hi"));
  });

  test("with none: nothing; and the address keeps what else it carried", () => {
    expect(consentContent(view({ offered: ["en"] })).text).not.toContain("<nav");
    const { text } = consentContent(view({ offered: ["en", "fr"], query: { integration: "a&b" } }));
    expect(text).toContain('href="?lang=fr&amp;integration=a%26b"');
  });
});

const endView = { lenderName: "Demo Lender", logo: null, continueUrl: null, staffScreen: null };

describe.each(LANGUAGE_CODES)("in %s", (language) => {
  const shown = (content: Html): string => renderPage({ language, title: "x", assets: ASSETS, content });

  test("consent and ends have every place filled, and the lender's name keeps its direction", () => {
    const consent = shown(consentContent(view({ language, policyUrl: "https://lender.example/p" })));
    const end = shown(endContent({ ...endView, outcome: "completed", language, continueUrl: "/x" }));
    const handBack = shown(endContent({ ...endView, outcome: "again", language, staffScreen: "/kiosk/x" }));
    const staff = shown(staffContent({ ...endView, language, openPath: "/kiosk/x/open", isWrong: true }));
    for (const page of [consent, end, handBack, staff]) {
      expect(page).not.toMatch(/\{\w+\}|undefined/);
      expect(page).toContain("<bdi>Demo Lender</bdi>");
    }
    const minutes = new Intl.NumberFormat(LANGUAGES[language].locale).format(6);
    expect(consent).toContain(minutes);
  });

  test("the page of what is recorded tells every member of the device and every kind of note", () => {
    const page = shown(recordedContent({ language, query: {}, backUrl: null }));
    for (const member of Object.keys(deviceSchema.shape) as (keyof typeof DEVICE_LINES)[]) {
      expect(page).toContain(written(say(language, DEVICE_LINES[member])));
    }
    for (const kind of noteRequestSchema.shape.kind.options) {
      expect(page).toContain(written(say(language, NOTE_LINES[kind])));
    }
  });

  test("nothing that the catalogue has for that page is left out", () => {
    const page = shown(recordedContent({ language, query: {}, backUrl: "/play/ses_x" }));
    const keys = Object.keys(DEVICE_LINES).length + Object.keys(NOTE_LINES).length;
    expect(page.match(/<li>(?!<a)/g)?.length).toBeGreaterThanOrEqual(keys + 8);
    expect(page).toContain(written(say(language, "recorded.back")));
  });
});
