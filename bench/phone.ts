import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { launchChromium } from "../e2e/chromium.ts";
import { quantile } from "./load.ts";
import { machine } from "./machine.ts";
import { measureFirstScreen } from "./phone/first-screen.ts";
import { measureBareFrames, measureFrames } from "./phone/frames.ts";
import { type PhoneReport, renderPhone } from "./phone/report.ts";
import { openBench } from "./world.ts";

const USAGE = `npm run bench:phone    the applicant's page on a slow phone, about ten minutes; writes bench/results/ and docs/performance-phone.md
`;
const LOADS = 9;
const PLAY_SECONDS = 300;
const ROOT = dirname(import.meta.dirname);

if (process.argv.length > 2) {
  process.stdout.write(USAGE);
  process.exit(process.argv.includes("--help") ? 0 : 2);
}

const bench = await openBench();
const browser = await launchChromium();
try {
  const loads = [];
  for (let load = 0; load < LOADS; load += 1) {
    process.stderr.write(`First screen, ${load + 1} of ${LOADS} …\n`);
    loads.push(await measureFirstScreen(browser, await newLink(`PHONE-LOAD-${load}`)));
  }
  process.stderr.write("An empty page on the slowed processor …\n");
  const bareFrames = await measureBareFrames(browser);
  process.stderr.write(`${PLAY_SECONDS} s of play on the slowed processor …\n`);
  await bench.server.cli(["deployment", "set", bench.deploymentId, "--env", "test", "--battery", "extended-1"]);
  let plays = 0;
  const frames = await measureFrames(browser, () => newLink(`PHONE-FRAMES-${(plays += 1)}`), PLAY_SECONDS);
  const paints = loads.map(({ largestPaintMs }) => largestPaintMs);
  const report: PhoneReport = {
    at: new Date().toISOString(),
    machine: machine(),
    browser: browser.version(),
    loads: { count: LOADS, medianMs: quantile(paints, 0.5), worstMs: Math.max(...paints) },
    bytes: Math.max(...loads.map(({ bytes }) => bytes)),
    requests: Math.max(...loads.map(({ requests }) => requests)),
    bareFrames,
    frames,
  };
  mkdirSync(join(ROOT, "bench/results"), { recursive: true });
  const name = `${report.at.replaceAll(":", "-").slice(0, 19)}-phone.json`;
  writeFileSync(join(ROOT, "bench/results", name), `${JSON.stringify(report, null, 2)}\n`);
  const text = renderPhone(report);
  writeFileSync(join(ROOT, "docs/performance-phone.md"), text);
  process.stdout.write(text);
} finally {
  await browser.close();
  await bench.close();
}

async function newLink(uid: string): Promise<string> {
  const { integration_id, api_key } = bench.environment;
  const response = await fetch(`${bench.server.baseUrl}/v1/sessions-management/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json", "api-key": api_key },
    body: JSON.stringify({ uid, integration_id }),
  });
  if (!response.ok) throw new Error(`No session: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { readonly link: string }).link;
}
