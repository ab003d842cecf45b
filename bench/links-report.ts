import type { LinksMeasured } from "./cases/links.ts";
import { inWords, type Machine } from "./machine.ts";

export interface LinksReport {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly machine: Machine;
  readonly measured: LinksMeasured;
}

/** A section of the page docs/performance.md. */
export function renderLinks({ at, machine, measured }: LinksReport): string {
  const { links, memoryMiB } = measured;
  const count = links.toLocaleString("en");
  return `
## Links in bulk

Written by \`npm run bench -- --links\` on ${at.slice(0, 10)}: ${inWords(machine)}.
Server, PostgreSQL (embedded, \`fsync\` on) and receiver shared this machine. Memory is the most that the process held (resident,
without PostgreSQL); a server that has just started and created its first deployment: ${mib(memoryMiB.idle)}.

| A batch of ${count} links | Time | Target | Memory | Target |
|---|---:|---|---:|---|
| CSV of ${count} uids sent to \`POST /v1/links-management/batches\` → batch ready | ${s(measured.createSeconds)} | < 60 s | ${mib(memoryMiB.create)} | < 300 MiB |
| of which until the answer 202: every line read and judged | ${s(measured.answerSeconds)} | | | |
| Export as CSV (${measured.exportMiB.toFixed(1)} MiB) | ${s(measured.exportSeconds)} | | ${mib(memoryMiB.export)} | < 300 MiB |
| Revoke the batch → every link ended, with its event, delivery and audit entry | ${s(measured.revokeSeconds)} | < 60 s | ${mib(memoryMiB.revoke)} | < 300 MiB |
| Revoke the batch → the receiver has all ${count} webhooks | ${s(measured.webhooksSeconds)} | | | |
| \`link create --file\` beside the server, with its own start | ${s(measured.commandSeconds)} | < 60 s | ${mib(memoryMiB.command)} | < 300 MiB |

The webhooks of ended links are sent while others still end: ${measured.webhooksMeanwhile.toLocaleString("en")} had come in when the last one ended.
`;
}

function s(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

function mib(value: number | null): string {
  return value === null ? "not measured" : `${value} MiB`;
}
