import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState, type ReactNode } from "react";

import { download } from "../../api/download.ts";
import { read } from "../../api/queries.ts";
import { useCompanyId } from "../../frame/company.ts";
import { Button } from "../../kit/button.tsx";
import { Dialog } from "../../kit/dialog.tsx";
import { dayOf } from "../../kit/days.ts";
import { SelectField } from "../../kit/fields.tsx";
import { formatCount, formatNumber } from "../../kit/format.ts";
import { FailureNote } from "../../kit/states.tsx";
import { say } from "../../kit/toasts.tsx";
import type { Filter } from "./filter.ts";

type Format = "csv" | "xlsx";

/** Exactly what the list's filters find, to the last row, as a file. */
export function ExportDialog({
  filter,
  onClose,
}: {
  readonly filter: Filter;
  readonly onClose: () => void;
}): ReactNode {
  const params = { company_id: useCompanyId() };
  const count = useQuery(read("COUNT_RESULTS_AS_PERSON", { params, body: filter })).data;
  const [format, setFormat] = useState<Format>("csv");
  const { bytes, failure, start } = useExport(filter, onClose);
  return (
    <Dialog title="Export results" isOpen onClose={onClose}>
      <p>
        {count === undefined
          ? "Counting …"
          : count.capped
            ? `${formatNumber(count.count)} or more sessions`
            : formatCount(count.count, "session")}{" "}
        of {filter.environment === "test" ? "Test" : "Production"}, as the filters stand, with all columns. The export
        is written to the audit log.
      </p>
      <SelectField
        label="File"
        value={format}
        choices={[
          { value: "csv", label: "CSV, for any program" },
          { value: "xlsx", label: "Excel workbook (XLSX)" },
        ]}
        onPick={setFormat}
      />
      <FailureNote error={failure} />
      {bytes !== null && (
        <p role="status" className="soft">
          {formatNumber(bytes / 1024, 0)} KiB so far. It goes on while this stays open.
        </p>
      )}
      <div className="actions">
        <Button onClick={onClose}>{bytes === null ? "Not now" : "Stop"}</Button>
        <Button look="primary" icon="download" isBusy={bytes !== null} onClick={() => void start(format)}>
          Export
        </Button>
      </div>
    </Dialog>
  );
}

/** Runs one export; leaving the dialog stops it, here and on the server. */
function useExport(filter: Filter, onDone: () => void) {
  const params = { company_id: useCompanyId() };
  const [bytes, setBytes] = useState<number | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const start = async (format: Format): Promise<void> => {
    const control = new AbortController();
    abort.current = control;
    setFailure(null);
    setBytes(0);
    try {
      const request = { params, body: { ...filter, format }, signal: control.signal };
      const fileName = `results-${filter.environment}-${dayOf(Date.now() / 1000)}.${format}`;
      await download("EXPORT_RESULTS_AS_PERSON", request, { fileName, onProgress: setBytes });
      say({ tone: "good", text: `${fileName} is complete.` });
      onDone();
    } catch (error) {
      if (!control.signal.aborted) setFailure(error);
    } finally {
      setBytes(null);
    }
  };
  return { bytes, failure, start };
}
