import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { startReceiver, type Receiver } from "../tools/harness/receiver.ts";
import { launchChromium } from "./chromium.ts";
import { createDeployment, type Deployment } from "./server.ts";
import { createPerson, judge, openBeacon } from "./support/beacon.ts";
import { simulate } from "./support/results.ts";

/** A result as it leaves the printer. */

const LOW_TRUST = "SIM-LOWTRUST-1";

let browser: Browser;
let receiver: Receiver;
let deployment: Deployment;

beforeAll(async () => {
  [browser, receiver] = await Promise.all([launchChromium(), startReceiver()]);
  deployment = await createDeployment("Paper", ["--webhook-url", receiver.url, "--battery", "standard-1"]);
  await simulate(deployment, receiver, [LOW_TRUST]);
});
afterAll(async () => {
  await browser.close();
  await receiver.close();
});

test("on paper a result is dark ink on white and says of which environment it is, whatever the screen shows", async () => {
  const page = await openBeacon(browser, await createPerson("viewer"), {
    path: `/results?env=test&deployment=${deployment.deployment_id}`,
    colorScheme: "dark",
  });
  await page.getByRole("link", { name: LOW_TRUST, exact: true }).click();
  await page.getByText("Low: review").waitFor();
  await page.emulateMedia({ media: "print" });
  const printed = await page.evaluate(() => {
    const seen = (selector: string) =>
      [...document.querySelectorAll<HTMLElement>(selector)].some((one) => one.checkVisibility());
    const heading = document.querySelector("h1");
    return {
      ground: getComputedStyle(document.documentElement).backgroundColor,
      ink: heading === null ? "" : getComputedStyle(heading).color,
      frame: seen(".head, .side, .tabs, .actions, .help-link"),
      mark: document.querySelector<HTMLElement>(".print-only")?.innerText ?? "",
    };
  });
  expect(printed).toMatchObject({ ground: "rgb(255, 255, 255)", ink: "rgb(23, 33, 43)", frame: false });
  expect(printed.mark).toMatch(/^Test Demo Lender, printed /);
  await judge(page, "print");
  await page.context().close();
});
