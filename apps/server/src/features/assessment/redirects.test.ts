import { redirectUrlSchema } from "@tallystick/contract";
import fc from "fast-check";
import { expect, test } from "vitest";

import { endStep, headerSafe } from "./redirects.ts";

const urls = {
  completion_url: "https://l.example/done",
  cancellation_url: "https://l.example/cancelled",
  expiry_url: "app://expired",
  show_completion_page: true,
};

test("each end has its redirect, shown or at once", () => {
  expect(endStep("completed", urls)).toEqual({ kind: "page", url: urls.completion_url, seconds: 3 });
  expect(endStep("completed", { ...urls, show_completion_page: false })).toEqual({
    kind: "at_once",
    url: urls.completion_url,
  });
  expect(endStep("cancelled", urls)).toEqual({ kind: "at_once", url: urls.cancellation_url });
  expect(endStep("expired", urls)).toEqual({ kind: "page", url: "app://expired", seconds: 0 });
  expect(endStep("incomplete", urls)).toEqual({ kind: "page", url: null, seconds: 0 });
});

test("a redirect that may be set can be sent as a header, and plain ones are sent as they are kept", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (rest) => {
      const url = `https://lender.example/${rest}`;
      fc.pre(redirectUrlSchema.safeParse(url).success);
      expect(headerSafe(url)).toMatch(/^[\x21-\x7e]+$/);
      if (/^[\x21-\x7e]+$/.test(url)) expect(headerSafe(url)).toBe(url);
    }),
  );
});
