import type { FindCase, Found } from "./cases/find.ts";
import type { Monitored } from "./cases/monitoring.ts";
import type { measureReconcile } from "./cases/reconcile.ts";
import { inWords, type Machine } from "./machine.ts";
import type { PlanRead } from "./plans.ts";

export interface MillionReport {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly sessions: number;
  readonly filledInSeconds: number | null;
  readonly machine: Machine;
  readonly find: Found;
  readonly read: Found;
  readonly monitored: Monitored;
  readonly people: Found;
  readonly pages: readonly FindCase[];
  readonly reconciled: Awaited<ReturnType<typeof measureReconcile>>;
}

/** The page docs/performance-million.md. */
export function renderMillion(report: MillionReport): string {
  const { machine, find, read, monitored, people, pages, reconciled } = report;
  return `# Performance with a million sessions

Written by \`npm run bench:million\` on ${report.at.slice(0, 10)}: ${inWords(machine)}. One company with
${report.sessions.toLocaleString("en")} sessions of a year in three deployments, Test and Production, with their facts, consents, tasks, inputs, results,
events, deliveries and attempts (\`bench/population.ts\`). PostgreSQL (embedded) shared the machine.

## Find

Through the whole server but the socket: sign-in, guard, queries, audit entry, JSON. One call after the other.

| Call | Calls | Median | p99 | Longest | Target |
|---|---:|---:|---:|---:|---|
${find.cases.map((one) => caseRow(one)).join("\n")}

## Read

Results and events as a lender's server reads them, 50 to a page: services, queries, audit entry.

| Call | Calls | Median | p99 | Longest | Target |
|---|---:|---:|---:|---:|---|
${read.cases.map((one) => caseRow(one)).join("\n")}

## Home and Monitoring

As find, asked by an admin. Days are kept once they were counted ([decision 24](decisions/0024-kept-days.md)): counting the
whole year from its rows took ${monitored.firstCount.seconds.toFixed(1)} s (${monitored.firstCount.parts} parts of days), looking at all of it and finding nothing to count ${ms(monitored.idlePassMs)}.

| Call | Calls | Median | p99 | Longest | Target |
|---|---:|---:|---:|---:|---|
${monitored.cases.map((one) => caseRow(one, one.name.includes("366") ? "" : "median ≤ 300 ms")).join("\n")}

## Results for people

Over all deployments of the company, 50 to a page, through the whole server but the socket. A count looks at up to 20 000
sessions and stops at 10 000 found.

| Call | Calls | Median | p99 | Longest | Target |
|---|---:|---:|---:|---:|---|
${people.cases.map((one) => caseRow(one, one.name.startsWith("people: count") ? "p99 ≤ 300 ms" : undefined)).join("\n")}

## Pages in a browser

Chromium on the same machine, an empty cache at each first load: from the beginning of the navigation to the first row that can
be pressed; from the press on a filter to its rows.

| Page | Times | Median | p99 | Longest | Target |
|---|---:|---:|---:|---:|---|
${pages.map((one) => caseRow(one, one.name.includes("first load") ? "≤ 1.5 s" : "≤ 300 ms")).join("\n")}

## Reconcile

Reading the CSV, every finding, and what finished in the last 30 days and is not in the list.

| List | Lines | Time | CPU of the server | Longest block of it | Heap on top |
|---|---:|---:|---:|---:|---:|
${reconciled.runs.map((run) => `| ${run.name} | ${run.lines} | ${run.seconds.toFixed(1)} s | ${run.cpuSeconds.toFixed(1)} s | ${ms(run.longestBlockMs)} | ${run.heapMiB} MiB |`).join("\n")}

## What the statements read

The most that one run of a statement touched, rows thrown away by filters included. A list of 1 000 lines is one run.

| Statement | Runs explained | Rows read | Rows returned |
|---|---:|---:|---:|
${[...find.plans, ...read.plans, ...monitored.plans, ...people.plans, ...reconciled.plans].map(planRow).join("\n")}
`;
}

function caseRow(one: FindCase, aim = "p99 ≤ 50 ms"): string {
  const { name, calls, p50Ms, p99Ms, maxMs } = one;
  const target = name.startsWith("`") ? "" : aim;
  return `| ${name} | ${calls} | ${ms(p50Ms)} | ${ms(p99Ms)} | ${ms(maxMs)} | ${target} |`;
}

function planRow({ statement, runs, rowsRead, rowsReturned }: PlanRead): string {
  return `| \`${statement}\` | ${runs} | ${rowsRead} | ${rowsReturned} |`;
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}
