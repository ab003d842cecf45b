import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import { PNG } from "pngjs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { projectRoot } from "../../infra/places.ts";
import { newDeployment, postTokens, testLender, UNLIMITED, type TestLender } from "../../testing/lender.ts";
import { signedInMember, type TestPerson } from "../../testing/people.ts";
import { SYSTEM } from "../audit/service.ts";
import { applyCopy, previewCopy, showDeployment, type CreatedDeployment } from "./service.ts";

let lender: TestLender;
let deployment: CreatedDeployment;
let admin: TestPerson;
let made = 0;

beforeAll(async () => {
  lender = await testLender(UNLIMITED);
});
afterAll(() => lender.close());
beforeEach(async () => {
  made += 1;
  deployment = await newDeployment(lender, { company: `Lender ${made}`, name: "Loans" });
  admin = await signedInMember(lender.deps, { companyId: deployment.companyId, role: "admin" });
});

interface Uploaded {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly url: string;
  readonly code?: string;
  readonly detail?: string;
}

async function upload(image: Buffer) {
  const answer = await lender.app.inject({
    method: "PUT",
    url: `/beacon/api/companies/${deployment.companyId}/environments/${deployment.test.environmentId}/logo`,
    headers: { ...admin.headers, "content-type": "application/json" },
    payload: JSON.stringify({ image: image.toString("base64") }),
  });
  return { status: answer.statusCode, body: answer.json<Uploaded>() };
}

const get = (path: string) => lender.app.inject({ method: "GET", url: path });

/** Every pixel its own colour, half of them see-through. */
function picture(width: number, height: number): PNG {
  const png = new PNG({ width, height });
  for (let i = 0; i < png.data.length; i++) png.data[i] = (i * 7 + Math.floor(i / 11)) % 256;
  return png;
}

/** A text chunk after the header, as cameras and drawing programs leave them. */
function withText(file: Buffer, text: string): Buffer {
  const data = Buffer.from(`Comment\0${text}`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(Buffer.concat([Buffer.from("tEXt"), data])));
  const chunk = Buffer.concat([length, Buffer.from("tEXt"), data, sum]);
  return Buffer.concat([file.subarray(0, 33), chunk, file.subarray(33)]);
}

describe("a logo", () => {
  test("is kept pixel by pixel, without what else the file held, under an address that never changes", async () => {
    const original = picture(40, 16);
    const { status, body } = await upload(withText(PNG.sync.write(original), "made by somebody at home"));
    expect([status, body.width, body.height]).toEqual([200, 40, 16]);
    const answer = await get(new URL(body.url).pathname);
    expect(answer.headers).toMatchObject({
      "content-type": "image/png",
      "cache-control": "public, max-age=31536000, immutable",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
    });
    expect(answer.rawPayload.includes("somebody")).toBe(false);
    expect(PNG.sync.read(answer.rawPayload).data.equals(original.data)).toBe(true);
    expect((await upload(PNG.sync.write(original))).body.id).toBe(body.id);
  });

  test("is shown above the name on the applicant's first page, and on no other environment's", async () => {
    const { body: logo } = await upload(PNG.sync.write(picture(40, 16)));
    const page = async (side: "test" | "production") => {
      const { apiKey, integrationId } = deployment[side];
      const body = { uid: "APP-1001", integration_id: integrationId };
      const { link } = (await postTokens(lender.app, body, { headers: { "api-key": apiKey } })).json<{
        link: string;
      }>();
      const handOver = await get(new URL(link).pathname);
      const cookie = handOver.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
      const place = new URL(String(handOver.headers.location), "http://127.0.0.1").pathname;
      return (await lender.app.inject({ method: "GET", url: place, headers: { cookie } })).body;
    };
    const tag = `<img class="logo" src="${new URL(logo.url).pathname}" alt="" width="40" height="16"`;
    // Settings may be a second old where they are read.
    await expect.poll(() => page("test"), { interval: 50, timeout: 5000 }).toContain(tag);
    expect(await page("production")).not.toContain("<img");
  });

  test("may be a drawing: kept without what is not allowed, served as one, under its own ending alone", async () => {
    const drawing =
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><title>by Ana</title>' +
      '<path style="fill:#036" d="M0 0h60v20z"/></svg>';
    const { status, body } = await upload(Buffer.from(drawing));
    expect([status, body.width, body.height]).toEqual([200, 60, 20]);
    const { pathname } = new URL(body.url);
    expect(pathname).toMatch(/\.svg$/);
    const answer = await get(pathname);
    expect(answer.headers).toMatchObject({
      "content-type": "image/svg+xml",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(answer.body).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20" width="60" height="20"><path d="M0 0h60v20z" fill="#036"/></svg>',
    );
    expect((await get(pathname.replace(".svg", ".png"))).statusCode).toBe(404);
    const shown = await showDeployment(lender.deps, deployment.companyId, deployment.deploymentId);
    expect(shown.environments[0]?.settings.brand.logo).toMatchObject({ id: body.id, format: "svg" });
    const settings = `/beacon/api/companies/${deployment.companyId}/environments/${deployment.test.environmentId}/settings`;
    const asPng = await lender.app.inject({
      method: "PATCH",
      url: settings,
      headers: { ...admin.headers, "content-type": "application/json" },
      payload: JSON.stringify({ settings: { brand: { logo: { id: body.id, width: 60, height: 20, format: "png" } } } }),
    });
    expect([asPng.statusCode, asPng.json().code]).toEqual([422, "setting_invalid"]);
  });

  test("follows a copy to Production, and its setting stands in the history", async () => {
    const { body: logo } = await upload(PNG.sync.write(picture(40, 16)));
    const { companyId, deploymentId } = deployment;
    const wish = { companyId, deploymentId, from: "test" as const, withWebhookUrl: false };
    const { version } = await previewCopy(lender.deps, wish);
    expect(await applyCopy(lender.deps, { ...wish, version, actor: SYSTEM })).toMatchObject({ changed: ["brand"] });
    const shown = await showDeployment(lender.deps, companyId, deploymentId);
    const kept = { id: logo.id, width: 40, height: 16, format: "png" };
    expect(shown.environments.map(({ settings }) => settings.brand.logo)).toEqual([kept, kept]);
  });

  test("that another company uploaded can not be named", async () => {
    const { body: logo } = await upload(PNG.sync.write(picture(40, 16)));
    const other = await newDeployment(lender, { company: `Other ${made}`, name: "Loans" });
    const stranger = await signedInMember(lender.deps, { companyId: other.companyId, role: "admin" });
    const answer = await lender.app.inject({
      method: "PATCH",
      url: `/beacon/api/companies/${other.companyId}/environments/${other.test.environmentId}/settings`,
      headers: { ...stranger.headers, "content-type": "application/json" },
      payload: JSON.stringify({ settings: { brand: { logo: { id: logo.id, width: 40, height: 16 } } } }),
    });
    expect([answer.statusCode, answer.json().code]).toEqual([422, "setting_invalid"]);
    expect((await get(`/brand/${other.companyId}/${logo.id}.png`)).statusCode).toBe(404);
  });

  test("has no other address", async () => {
    const { body: logo } = await upload(PNG.sync.write(picture(4, 4)));
    const { companyId } = deployment;
    for (const file of [
      logo.id,
      `${logo.id}.svg`,
      `${logo.id}.png.png`,
      `${"0".repeat(32)}.png`,
      "%00.png",
      "..%2f.png",
    ]) {
      expect((await get(`/brand/${companyId}/${file}`)).statusCode, file).toBe(404);
    }
  });
});

describe("a file that is no picture we can keep", () => {
  const header = (change: (file: Buffer) => void): Buffer => {
    const file = PNG.sync.write(picture(20, 20));
    change(file);
    return file;
  };

  test.each<[string, () => Buffer | Promise<Buffer>, RegExp]>([
    ["a drawing that is none", () => Buffer.from("<svg onload=alert(1)>".repeat(10)), /is an SVG file that is damaged/],
    ["a drawing with a handler", () => Buffer.from('<svg onload="alert(1)"/>'), /holds an event handler/],
    [
      "a photograph in another format",
      () => Buffer.from(`ffd8ffe0${"00".repeat(60)}`, "hex"),
      /is neither a PNG nor an SVG file/,
    ],
    ["our own page", () => readFile(join(projectRoot(), "package.json")), /is neither a PNG nor an SVG file/],
    ["too many pixels", () => PNG.sync.write(picture(1025, 2)), /is 1025 × 2 pixels; it may have 1024/],
    ["pixels it only claims", () => header((file) => file.writeUInt32BE(0x7fffffff, 16)), /is 2147483647 × 20 pixels/],
    ["no pixels", () => header((file) => file.writeUInt32BE(0, 20)), /is 20 × 0 pixels/],
    ["interlaced", () => header((file) => (file[28] = 1)), /is interlaced/],
    [
      "cut off",
      () => PNG.sync.write(picture(20, 20)).subarray(0, 200),
      /is damaged or cut off|is a PNG file that is damaged/,
    ],
    ["a damaged header", () => header((file) => (file[24] = 77)), /damaged/],
  ])("(%s) is refused in words and changes nothing", async (_what, make, words) => {
    const { status, body } = await upload(await make());
    expect([status, body.code]).toEqual([422, "logo_invalid"]);
    expect(body.detail).toMatch(words);
    const shown = await showDeployment(lender.deps, deployment.companyId, deployment.deploymentId);
    expect(shown.environments[0]?.settings.brand.logo).toBeNull();
  });

  test("more than 256 KiB is refused by its size", async () => {
    expect((await upload(Buffer.alloc(262_145))).body.detail).toBe("The logo has 257 KiB; it may have 256.");
  });
});
