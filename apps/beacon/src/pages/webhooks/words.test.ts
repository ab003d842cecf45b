import { expect, test } from "vitest";

import { attemptWords, headerLines, readable } from "./words.ts";

test("an attempt tells in words why only 200 counts, and what to mend", () => {
  expect(attemptWords({ status: 200, error: null })).toBe("Answered 200: received.");
  expect(attemptWords({ status: 201, error: null })).toContain("only 200 counts");
  expect(attemptWords({ status: 302, error: null })).toContain("redirects are not followed");
  expect(attemptWords({ status: 401, error: null })).toContain("signature");
  expect(attemptWords({ status: 418, error: null })).toContain("only 200 counts");
  expect(attemptWords({ status: 503, error: null })).toContain("the receiver failed");
  expect(attemptWords({ status: null, error: "Cannot connect to host a.example" })).toContain("a.example");
  expect(attemptWords({ status: null, error: null })).toBe("No answer came.");
});

test("a body of JSON is shown with line breaks, another as it came, and nothing of either is lost", () => {
  expect(readable('{"uid":"APP-1","n":[1]}')).toBe('{\n  "uid": "APP-1",\n  "n": [\n    1\n  ]\n}');
  expect(readable("<html>down</html>")).toBe("<html>down</html>");
  expect(headerLines({ "content-type": "text/plain", "x-signature": "…1f2e3d4c" })).toBe(
    "content-type: text/plain\nx-signature: …1f2e3d4c",
  );
});
