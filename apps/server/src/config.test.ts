import fc from "fast-check";
import { expect, test } from "vitest";

import { parseConfig, settingsSchema } from "./config.ts";
import { StartRefused } from "./infra/start-refused.ts";

const ring = `1:${Buffer.alloc(32, 1).toString("base64")}`;

test("an empty environment gives a server on this machine only, with the embedded database", () => {
  expect(parseConfig({ PORT: "" })).toMatchObject({
    port: 8080,
    host: "127.0.0.1",
    publicUrl: "http://127.0.0.1:8080",
    beaconUrl: "http://127.0.0.1:8080",
    databaseUrl: null,
    secretRing: null,
    allowLoopbackWebhooks: true,
  });
});

test("webhooks to loopback are allowed only while the server listens on loopback", () => {
  for (const HOST of ["127.0.0.1", "localhost", "::1", "127.1.2.3"]) {
    expect(parseConfig({ HOST }).allowLoopbackWebhooks).toBe(true);
  }
  for (const HOST of ["0.0.0.0", "::", "10.0.0.1", "127.example.org"]) {
    expect(parseConfig({ HOST }).allowLoopbackWebhooks).toBe(false);
  }
});

test("a URL is taken as an origin, without its closing slash", () => {
  const config = parseConfig({ PUBLIC_URL: "https://play.example/", BEACON_URL: "https://beacon.example" });
  expect(config).toMatchObject({ publicUrl: "https://play.example", beaconUrl: "https://beacon.example" });
  expect(parseConfig({ HOST: "::1", PORT: "90" }).publicUrl).toBe("http://[::1]:90");
});

test.each([
  ["PORT", "70000", /0 to 65535/],
  ["PORT", "eighty", /0 to 65535/],
  ["PUBLIC_URL", "https://play.example/path", /origin/],
  ["PUBLIC_URL", "ftp://play.example", /origin/],
  ["DATABASE_URL", "mysql://x", /postgresql:\/\//],
  ["EGRESS_ALLOW", "10.0.0.0/8,nowhere", /address ranges/],
  ["TRUST_PROXY", "true", /number of proxies/],
  ["METRICS_TOKEN", "short", /16 characters/],
  ["LOG_LEVEL", "loud", /Invalid option/],
  ["TALLYSTICK_SECRET", "1:c2hvcnQ=", /base64 of 32 bytes/],
  ["TALLYSTICK_SECRET", `${ring},${ring}`, /twice/],
])("%s=%s is refused in words that name the setting", (name, value, text) => {
  const attempt = (): unknown => parseConfig({ [name]: value });
  expect(attempt).toThrow(StartRefused);
  expect(attempt).toThrow(text);
  expect(attempt).toThrow(new RegExp(`^${name} `));
});

test("all wrong settings are told at once, and none of their values", () => {
  const secret = "1:dG9wLXNlY3JldA==";
  let text = "";
  try {
    parseConfig({ PORT: "x", LOG_LEVEL: "y", TALLYSTICK_SECRET: secret });
  } catch (error) {
    text = String(error);
  }
  expect(text.split("\n")).toHaveLength(3 + 2); // two more lines say how to make a ring
  expect(text).not.toContain(secret);
});

test.each([":", "a:b:c", "1.2.3.4.5"])("HOST %s, which no link could carry, is refused", (HOST) => {
  expect(() => parseConfig({ HOST })).toThrow("HOST must be an address or a host name");
});

test("any environment gives a configuration or a refusal, nothing else", () => {
  const names = Object.keys(settingsSchema.shape);
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), fc.string()), (env) => {
      try {
        expect(parseConfig(env).port).toBeLessThan(65_536);
      } catch (error) {
        expect(error).toBeInstanceOf(StartRefused);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("every setting is described for the reference page", () => {
  for (const setting of Object.values(settingsSchema.shape)) expect(setting.description).toMatch(/\.$/);
});
