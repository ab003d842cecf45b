import { expect, test } from "vitest";

import { databaseFailure, isTransient } from "./database-failure.ts";
import { sessionOptions } from "./database.ts";
import { AppError, fail } from "./errors.ts";

const withCode = (code: string): Error => Object.assign(new Error("x"), { code });

test.each(["08006", "57P01", "57P03", "53100", "53300", "57014", "40P01", "ECONNREFUSED", "ENOENT", "ECONNRESET"])(
  "%s may be tried again: the caller gets `unavailable` with Retry-After",
  (code) => {
    const failure = databaseFailure(withCode(code));
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ code: "unavailable", status: 503, headers: { "Retry-After": "1" } });
  },
);

test.each(["23505", "42501", "22P02", "42P01"])("%s is our own fault and stays what it is", (code) => {
  const error = withCode(code);
  expect(databaseFailure(error)).toBe(error);
});

test("a lost connection, which has no code, may be tried again; other texts may not", () => {
  expect(isTransient(new Error("Connection terminated unexpectedly"))).toBe(true);
  expect(isTransient(new Error("timeout exceeded when trying to connect"))).toBe(true);
  expect(isTransient(new Error("something else"))).toBe(false);
  expect(isTransient("Connection terminated")).toBe(false);
});

test("a defined answer passes through unchanged", () => {
  const answer = fail("uid_invalid", "x");
  expect(databaseFailure(answer)).toBe(answer);
});

test("the options of a connection string are joined with ours, wherever it has its parameters", () => {
  const role = "-c role=tallystick_app";
  const url = (query: string) => sessionOptions({ connectionString: `postgresql:///db${query}` }, role);
  expect(url("")).toMatchObject({ connectionString: "postgresql:///db", options: role });
  expect(url("?host=/run&options=-c%20a%3Db")).toMatchObject({
    connectionString: "postgresql:///db?host=%2Frun",
    options: `-c a=b ${role}`,
  });
  expect(sessionOptions({ host: "/run" }, "")).toEqual({ host: "/run" });
});
