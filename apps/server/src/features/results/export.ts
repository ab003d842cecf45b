import { Readable } from "node:stream";

import type { PersonResultItem, ResultExport, ResultFilter } from "@tallystick/contract";

import { csvLine } from "../../infra/csv.ts";
import type { Deps } from "../../infra/deps.ts";
import { workbookStream, type XlsxCell, type XlsxRow } from "../../infra/xlsx.ts";
import { recordReading, type Actor } from "../audit/service.ts";
import { environmentById } from "../deployments/service.ts";
import { listModels } from "../models/service.ts";
import { askingOf, auditedFilter, type Asking } from "./asking.ts";
import { exportTable, type ExportTable } from "./export-columns.ts";
import { selectPage, type ReadKey } from "./page-store.ts";
import { personItems } from "./people-search.ts";

export interface ExportedFile {
  readonly name: string;
  readonly type: string;
  readonly stream: Readable;
}

interface Exporting {
  readonly companyId: string;
  readonly actor: Actor;
  readonly format: ResultExport["format"];
}

/** Rows of one statement, and sessions it looks at for them. */
const PAGE = 500;
const LOOK = 2_000;

/**
 * All that a filter finds, to the last session, read page by page as it is taken: nothing is held but one page, and who
 * stops taking ends the reading. The audit log has the export before its first row, and at its end how many rows went
 * out. Throws `deployment_unknown`, `link_batch_unknown`.
 */
export async function exportResults(
  deps: Deps,
  { companyId, actor }: Omit<Exporting, "format">,
  { format, columns, ...filter }: ResultExport,
): Promise<ExportedFile> {
  const asking = await askingOf(deps, companyId, filter);
  const table = exportTable(columns, columns.includes("traits") ? await traitKeys(deps, asking) : []);
  const exporting = { companyId, actor, format };
  await note(deps, exporting, { action: "results.exported", details: { filter: auditedFilter(filter), columns } });
  const pages = rowPages(deps, exporting, { asking, table });
  const name = fileName(filter, format);
  if (format === "csv") {
    return { name, type: "text/csv; charset=utf-8; header=present", stream: Readable.from(csvOf(table.head, pages)) };
  }
  const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  return { name, type, stream: workbookStream({ sheetName: "Results", head: table.head, pages }) };
}

function fileName({ environment }: ResultFilter, format: string): string {
  return `results-${environment}-${new Date().toISOString().slice(0, 10)}.${format}`;
}

/** Traits that one of the company's models weighs; where an environment shows all, all of them. */
async function traitKeys(deps: Deps, { places }: Asking): Promise<readonly string[]> {
  const { companyId, environmentIds } = places;
  let showsAll = false;
  for (const id of environmentIds) {
    showsAll ||= (await environmentById(deps, companyId, id)).settings.traits === "all";
  }
  const traits = (await listModels(deps.db, companyId)).flatMap(({ artefact }) => artefact.traits);
  return [...new Set(traits.filter(({ weight }) => showsAll || weight > 0).map(({ key }) => key))];
}

async function* rowPages(
  deps: Deps,
  exporting: Exporting,
  { asking, table }: { readonly asking: Asking; readonly table: ExportTable },
): AsyncGenerator<readonly XlsxRow[]> {
  let rows = 0;
  let isWhole = false;
  try {
    for await (const items of itemPages(deps, asking)) {
      rows += items.length;
      yield items.map((item) => table.row(item));
    }
    isWhole = true;
  } finally {
    // An export that was broken off, by its reader or by a failure, is told as far as it came.
    await note(deps, exporting, { action: "results.export_ended", details: { rows, complete: isWhole } }).catch(
      (error: unknown) => deps.log.error({ err: error }, "The end of an export could not be written to the audit log"),
    );
  }
}

async function* itemPages(deps: Deps, asking: Asking): AsyncGenerator<readonly PersonResultItem[]> {
  let after: ReadKey | null = null;
  for (;;) {
    const page = { ...asking.walk, after, limit: PAGE, look: LOOK };
    const found = await selectPage(deps.db, asking.places, page);
    if (found.rows.length > 0) yield await personItems(deps, asking, found.rows);
    const last: ReadKey | undefined = found.rows.at(-1);
    if (found.rows.length === PAGE && last !== undefined) after = last;
    else if (found.isCut) after = found.last;
    else return;
  }
}

async function* csvOf(head: readonly string[], pages: AsyncGenerator<readonly XlsxRow[]>): AsyncGenerator<string> {
  yield csvLine(head);
  for await (const rows of pages) yield rows.map((row) => csvLine(row.map(csvCell))).join("");
}

function csvCell(value: XlsxCell): string | number | null {
  if (value instanceof Date) return `${value.toISOString().slice(0, 19)}Z`;
  return typeof value === "boolean" ? String(value) : value;
}

async function note(
  deps: Deps,
  { companyId, actor, format }: Exporting,
  { action, details }: { readonly action: string; readonly details: Readonly<Record<string, unknown>> },
): Promise<void> {
  const target = { targetType: "company", targetId: companyId, details: { format, ...details } };
  await recordReading(deps, { companyId, actor, action, ...target });
}
