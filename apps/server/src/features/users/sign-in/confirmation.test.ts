import { expect, test } from "vitest";

import { requireRecentConfirmation } from "../service.ts";

const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

test("who gave the password within the minutes may go on", () => {
  expect(() => requireRecentConfirmation({ confirmedAt: minutesAgo(14) })).not.toThrow();
});

test.each([null, minutesAgo(16)])("who did not (%s) is asked again", (confirmedAt) => {
  expect(() => requireRecentConfirmation({ confirmedAt })).toThrow(
    expect.objectContaining({ code: "reauthentication_required" }),
  );
});
