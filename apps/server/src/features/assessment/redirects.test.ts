import { redirectUrlSchema } from "@tallystick/contract";
import fc from "fast-check";
import { expect, test } from "vitest";

import { endStep, headerSafe } from "./redirects.ts";

const urls = {
  completion_url: "https://l.example/done",
  cancellation_url: "https://l.example/cancelled",
  expiry_url: "app://expired",
  show_completion_page: true,
  use_case: "remote_own_device" as const,
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

test("on a shared device the device is asked for first, unless the lender has switched the completion page off", () => {
  const branch = { ...urls, use_case: "in_branch_shared_device" as const };
  for (const [outcome, url] of [
    ["completed", urls.completion_url],
    ["again", urls.completion_url],
    ["cancelled", urls.cancellation_url],
    ["withdrawn", urls.cancellation_url],
    ["expired", urls.expiry_url],
    ["incomplete", null],
  ] as const) {
    expect(endStep(outcome, branch)).toEqual({ kind: "page", url, seconds: 8 });
  }
  const hidden = { ...branch, show_completion_page: false };
  expect(endStep("completed", hidden)).toEqual({ kind: "at_once", url: urls.completion_url });
  expect(endStep("completed", { ...hidden, completion_url: null })).toEqual({ kind: "page", url: null, seconds: 8 });
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
