import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { expect, test } from "vitest";

import { eventually } from "../features/webhooks/testing/receiver.ts";
import { projectRoot } from "../infra/places.ts";

test("tallystick listen needs no data folder and ends with code 0 at Ctrl-C", async () => {
  const events = createServer(
    (_, response) => void response.end(JSON.stringify({ items: [], next: "c0", has_more: false })),
  );
  await new Promise<void>((resolve) => events.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(events.address() as AddressInfo).port}`;
  const key = `ts_test_${"k".repeat(43)}`;
  const program = join(projectRoot(), "bin", "tallystick.mjs");
  const child = spawn(process.execPath, [program, "listen", "--server", url, "--api-key", key], {
    // Neither could be opened: a command that tried would fail.
    env: { ...process.env, TALLYSTICK_DATA: "/dev/null/none", DATABASE_URL: "postgresql://127.0.0.1:1/none" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
  const exit = once(child, "exit");
  await eventually("it listens", () => output.includes("Listening to"), 60_000);
  child.kill("SIGINT");
  child.kill("SIGINT"); // npm passes on what the terminal has sent already
  expect(await exit).toEqual([0, null]);
  expect(output).toContain("0 events.\n");
  events.closeAllConnections();
  await new Promise((resolve) => events.close(resolve));
});
