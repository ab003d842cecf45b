import { describe, expect, it } from "vitest";

import { bareCode, textFiles } from "../../../../tools/support/repository.ts";

/**
 * Requests leave the server through the egress guard, or through one of these, whose addresses no stranger
 * chooses. (The database has its own rule: `pg` speaks with DATABASE_URL alone.)
 */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  "apps/server/src/infra/egress.ts": "the guard itself",
  "apps/server/src/infra/egress-names.ts": "its look-up",
  "apps/server/src/infra/egress-rules.ts": "reads addresses, opens nothing",
  "apps/server/src/infra/mail.ts": "SMTP_URL, which the operator sets",
  "apps/server/src/features/users/single-sign-on/oidc-client.ts": "OIDC_ISSUER, which the operator sets",
  "apps/server/src/infra/silence-watch.ts": "closes sockets of the database's pool, opens none",
  "apps/server/src/http/broken-requests.ts": "answers requests, makes none",
  "apps/server/src/start/commands/listen-feed.ts": "--server, which the developer at the command line names",
  "apps/server/src/start/commands/listen-forward.ts": "--forward, which the developer at the command line names",
  "apps/server/src/start/port.ts": "listens, never connects",
};

const MODULES = String.raw`(node:)?(https?|http2|net|tls|dgram|dns|dns/promises|inspector)|undici|openid-client|nodemailer|ws|axios|got|node-fetch`;
const IMPORT = new RegExp(String.raw`(from|import|import\(|require\()\s*["'](${MODULES})["']`);
const GLOBAL = /(?<![.\w])(fetch|WebSocket|EventSource|XMLHttpRequest)\s*\(|globalThis\s*(\.|\[)/;

function waysOut(text: string): string[] {
  // Types open nothing.
  const imports = text.split("\n").filter((line) => IMPORT.test(line) && !/^(import|export) type /.test(line));
  const globals = bareCode(text)
    .split("\n")
    .filter((line) => GLOBAL.test(line));
  return [...imports, ...globals].map((line) => line.trim());
}

const product = textFiles(/^apps\/server\/src\/.*\.ts$/).filter(
  ({ path }) => !/(\.test\.ts$|\/testing\/|\.d\.ts$)/.test(path),
);

describe("ways out of the server", () => {
  it("are the guard and the named exceptions, nothing else", () => {
    const found = product
      .filter(({ path }) => EXCEPTIONS[path] === undefined)
      .flatMap(({ path, text }) => waysOut(text).map((line) => `${path}: ${line}`));
    expect(found).toEqual([]);
  });

  it("no exception is kept that needs none", () => {
    const idle = Object.keys(EXCEPTIONS).filter(
      (known) => !product.some(({ path, text }) => path === known && waysOut(text).length > 0),
    );
    expect(idle).toEqual([]);
  });

  it.each([
    'await fetch("https://lender.example");',
    "const socket = new WebSocket(url);",
    "globalThis.fetch(url);",
    'import { request } from "node:https";',
    'import http from "http";',
    'const { fetch: get } = await import("undici");',
    'import { connect } from "node:net";',
    'import { connect } from "node:tls";',
    'import { lookup } from "node:dns/promises";',
  ])("%s is one", (line) => expect(waysOut(line)).toHaveLength(1));

  it.each([
    "egress.fetch(url);",
    'const text = "fetch(url)";',
    "// fetch(url)",
    'import type { Socket } from "node:net";',
  ])("%s is none", (line) => expect(waysOut(line)).toEqual([]));
});
