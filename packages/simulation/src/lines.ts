import { LATENTS, peopleOf, type Population } from "./population.ts";
import { sessionOf, type SessionRow, type Setup, setUp, type SetupNames } from "./session.ts";

export type LineFormat = "csv" | "jsonl";

/** A run of sessions, in plain JSON: it goes to other threads as it is. */
export interface SimulationOrder {
  readonly population: Population;
  /** Any text; it fixes everything. */
  readonly seed: string;
  /** Factor on everybody's noise. */
  readonly noise: number;
  readonly setup: SetupNames;
  readonly format: LineFormat;
}

/** Before the first session: the names of the columns, or nothing. Ends with a line feed. */
export function headOf(order: SimulationOrder): string {
  if (order.format === "jsonl") return "";
  return `${columnsOf(setUp(order.setup))
    .map(({ name }) => name)
    .join(",")}\n`;
}

/** Lines of the sessions `from` … `to` − 1, by number from 0; the same whoever else is played. */
export function linesOf(order: SimulationOrder): (from: number, to: number) => string {
  const setup = setUp(order.setup);
  const person = peopleOf(order.population, order.seed, order.noise);
  const columns = columnsOf(setup);
  const line = (row: SessionRow): string =>
    order.format === "jsonl" ? JSON.stringify(row) : columns.map(({ cell }) => cell(row)).join(",");
  return (from, to) => {
    let text = "";
    for (let index = from; index < to; index += 1) text += `${line(sessionOf(setup, person(index)))}\n`;
    return text;
  };
}

interface Column {
  readonly name: string;
  /** No cell holds a comma, a quote or a line feed: names and numbers alone. */
  readonly cell: (row: SessionRow) => string;
}

const numberText = (value: number | null | undefined): string =>
  value === null || value === undefined ? "" : String(value);

function columnsOf({ definitions, model }: Setup): Column[] {
  const metrics = definitions.flatMap(({ spec }) => spec.metricDictionary.map(({ name }) => `${spec.key}.${name}`));
  const column = (name: string, value: (row: SessionRow) => string | number | null | undefined): Column => ({
    name,
    cell: (row) => {
      const found = value(row);
      return typeof found === "string" ? found : numberText(found);
    },
  });
  return [
    column("uid", ({ uid }) => uid),
    column("player", ({ player }) => player),
    column("group", ({ group }) => group),
    ...LATENTS.map((trait) => column(`true.${trait}`, ({ latent }) => latent[trait])),
    ...metrics.map((name) => column(name, (row) => row.metrics[name])),
    ...model.traits.map(({ key }) => column(`z.${key}`, ({ z }) => z[key])),
    ...model.traits.map(({ key }) => column(`sten.${key}`, ({ stens }) => stens[key])),
    column("score", (row) => row.score),
    column("u", ({ u }) => u),
    column("trust", ({ trust }) => trust),
    column("confidence", ({ confidence }) => confidence),
    column("flags", ({ flags }) => flags.join("|")),
    column("duration_ms", ({ durationMs }) => durationMs),
  ];
}
