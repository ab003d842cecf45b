import { expect, test } from "vitest";

import { createLogger } from "./logger.ts";
import { withoutSecrets } from "./redaction.ts";

test("secret members go at every depth and in any case, the rest stays", () => {
  const line = {
    route: "/v1/x",
    uid: "APP-1001",
    request: { "Api-Key": "k", method: "POST", nested: { token: "t", n: 1, list: [{ password: "p", ok: true }] } },
  };
  expect(withoutSecrets(line)).toEqual({
    route: "/v1/x",
    request: { method: "POST", nested: { n: 1, list: [{ ok: true }] } },
  });
});

test("what is nested too deep to look at is left out, also when it refers to itself", () => {
  const loop: Record<string, unknown> = { n: 1 };
  loop["self"] = loop;
  expect(JSON.stringify(withoutSecrets(loop))).toContain("[deep]");
});

test("a logged line holds no secret member, whoever puts it there", () => {
  const lines: string[] = [];
  const log = createLogger({ logLevel: "info" }, { write: (line) => lines.push(line) });
  log.info({ uid: "APP-1001", session: { link: "https://x/a/code", state: "created" } }, "created");
  expect(JSON.parse(lines.join(""))).toMatchObject({ msg: "created", session: { state: "created" } });
  expect(lines.join("")).not.toMatch(/APP-1001|code/);
});
