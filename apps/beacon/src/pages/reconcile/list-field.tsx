import { useState, type ReactNode } from "react";

import { Button } from "../../kit/button.tsx";
import { Field, TextArea } from "../../kit/fields.tsx";

export interface List {
  readonly text: string;
  /** null: it was typed or pasted. */
  readonly fileName: string | null;
}

/** What the server takes at most, with room for the rest of the request. */
const MAX_BYTES = 10 * 1024 * 1024;

/** Pasted, or a file of it: a large file is not put into the field, where it would only make the page slow. */
export function ListField({ list, onList }: { readonly list: List; readonly onList: (list: List) => void }): ReactNode {
  const [fault, setFault] = useState<string | null>(null);
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    if (file.size > MAX_BYTES) {
      setFault(`${file.name} is larger than 10 MB. Split it, for example by month, or leave columns away.`);
      return;
    }
    setFault(null);
    onList({ text: await file.text(), fileName: file.name });
  };
  if (list.fileName !== null) {
    return (
      <div className="row">
        <strong>{list.fileName}</strong>
        <Button look="quiet" onClick={() => onList({ text: "", fileName: null })}>
          Take another list
        </Button>
      </div>
    );
  }
  return (
    <>
      <TextArea
        label="Uids, one a line, or a CSV"
        hint="A CSV needs a header with uid; columns score, risk_band, state and integration_id are compared if they are there. Comma, semicolon or tab. Up to 50,000 lines."
        spellCheck={false}
        rows={8}
        value={list.text}
        onChange={(event) => onList({ text: event.target.value, fileName: null })}
      />
      <Field label="Or a file" error={fault}>
        {(described) => (
          <input
            {...described}
            type="file"
            accept=".csv,.txt,.tsv,text/csv,text/plain"
            onChange={(event) => void take(event.target.files?.[0])}
          />
        )}
      </Field>
    </>
  );
}
