import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";

import { hasCode } from "../../api/api-error.ts";
import { read, useAct } from "../../api/queries.ts";
import type { AnswerOf, BodyOf } from "../../api/types.ts";
import { useCompanyId } from "../../frame/company.ts";
import { Button } from "../../kit/button.tsx";
import { Ask } from "../../kit/dialog.tsx";
import { CheckField, SelectField, TextField } from "../../kit/fields.tsx";
import { Icon } from "../../kit/icons.tsx";
import { Menu, type MenuItem } from "../../kit/menu.tsx";
import { useNow } from "../../kit/time.tsx";
import { say } from "../../kit/toasts.tsx";
import { searchOf, viewOf } from "./filter.ts";
import { chosenColumns } from "./result-columns.tsx";
import type { ResultsSearch } from "./search.ts";

type View = AnswerOf<"LIST_RESULT_VIEWS">["items"][number];
type Columns = BodyOf<"SAVE_RESULT_VIEW">["columns"];

/** One's own kept filters and columns. */
export function Views({ search }: { readonly search: ResultsSearch }): ReactNode {
  const companyId = useCompanyId();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<"save" | View | null>(null);
  const views = useQuery(read("LIST_RESULT_VIEWS", { params: { company_id: companyId } })).data?.items ?? [];
  const now = useNow();
  const open = (view: View): void => {
    const next = searchOf(view.filter, view.columns, Math.floor(now / 1000));
    void navigate({ to: "/c/$companyId/results", params: { companyId }, search: next });
  };
  const items: MenuItem[] = [
    ...views.map((view) => ({ label: view.name, icon: "eye" as const, onPick: () => open(view) })),
    { label: "Keep this view …", icon: "plus", onPick: () => setAsking("save") },
    ...views.map((view) => ({ label: `Delete “${view.name}” …`, isDangerous: true, onPick: () => setAsking(view) })),
  ];
  return (
    <>
      <Menu
        trigger={
          <Button>
            Views
            <Icon name="down" />
          </Button>
        }
        items={items}
      />
      {asking === "save" && <SaveView search={search} onClose={() => setAsking(null)} />}
      {asking !== null && asking !== "save" && <DeleteView view={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

const SPANS = [
  { value: "", label: "As set now" },
  { value: "1", label: "Always the last day" },
  { value: "7", label: "Always the last 7 days" },
  { value: "30", label: "Always the last 30 days" },
  { value: "90", label: "Always the last 90 days" },
] as const;

function SaveView({ search, onClose }: { readonly search: ResultsSearch; readonly onClose: () => void }): ReactNode {
  const companyId = useCompanyId();
  const [name, setName] = useState("");
  const [span, setSpan] = useState<(typeof SPANS)[number]["value"]>("");
  const [isReplacing, setReplacing] = useState(false);
  const save = useAct("SAVE_RESULT_VIEW", ["LIST_RESULT_VIEWS"]);
  const isTaken = hasCode(save.error, "result_view_name_taken");
  return (
    <Ask
      title="Keep this view"
      verb="Keep it"
      onClose={onClose}
      onYes={async () => {
        const filter = viewOf(search, span === "" ? null : Number(span));
        // What only the list shows is no column of a view.
        const columns = chosenColumns(search.columns).filter((key) => key !== "last_activity_at") as Columns;
        await save.mutateAsync({
          params: { company_id: companyId },
          body: { name, filter, columns: ["uid", ...columns], replace: isReplacing },
        });
        say({ tone: "good", text: `The view “${name}” is kept for you.` });
      }}
    >
      <p>Filters and columns, for you alone. How a uid begins is never kept.</p>
      <TextField label="Name" required maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
      <SelectField label="Time" value={span} choices={SPANS} onPick={setSpan} />
      {isTaken && (
        <CheckField
          label="Write over the view of this name"
          checked={isReplacing}
          onChange={(event) => setReplacing(event.target.checked)}
        />
      )}
    </Ask>
  );
}

function DeleteView({ view, onClose }: { readonly view: View; readonly onClose: () => void }): ReactNode {
  const companyId = useCompanyId();
  const remove = useAct("DELETE_RESULT_VIEW", ["LIST_RESULT_VIEWS"]);
  return (
    <Ask
      title={`Delete the view “${view.name}”?`}
      verb="Delete the view"
      isDangerous
      onClose={onClose}
      onYes={async () => remove.mutateAsync({ params: { company_id: companyId, view_id: view.view_id } })}
    >
      <p>Only the view goes; results stay.</p>
    </Ask>
  );
}
