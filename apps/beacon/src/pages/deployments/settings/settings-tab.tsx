import { useQuery } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";

import { read } from "../../../api/queries.ts";
import { useCompanyId } from "../../../frame/company.ts";
import { Button } from "../../../kit/button.tsx";
import { formatCount } from "../../../kit/format.ts";
import { FailureNote, Loaded, Note } from "../../../kit/states.tsx";
import { LeaveGuard } from "../leave-guard.tsx";
import type { Side } from "../use-deployment.ts";
import { AddressGroup } from "./address-group.tsx";
import { BrandGroup } from "./brand-group.tsx";
import type { Choices } from "./hints.ts";
import { JourneyGroup } from "./journey-group.tsx";
import { Preview } from "./preview.tsx";
import { RetentionGroup, ScoringGroup } from "./scoring-group.tsx";
import style from "./settings.module.css";
import { useSettingsForm, type SettingsForm } from "./use-settings-form.ts";

interface TabProps {
  readonly side: Side;
  readonly isArchived: boolean;
}

export function SettingsTab({ side, isArchived }: TabProps): ReactNode {
  const params = { company_id: useCompanyId() };
  const choices = useQuery({ ...read("LIST_CHOICES", { params }), staleTime: 5 * 60_000 });
  return (
    <Loaded of={choices} what="the settings" rows={8}>
      {(found) => <Settings side={side} isArchived={isArchived} choices={found} />}
    </Loaded>
  );
}

function Settings({ side, isArchived, choices }: TabProps & { readonly choices: Choices }): ReactNode {
  const form = useSettingsForm(side);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void form.save();
  };
  return (
    <div className={style["split"]}>
      <form className="stack" onSubmit={submit} noValidate>
        {isArchived ? (
          <Note tone="warn" title="Settings of an archived deployment stay as they are">
            <p>Bring the deployment back from the archive to change them.</p>
          </Note>
        ) : (
          <p className="soft">
            A change reaches open journeys within a second, save for tasks, time limit and model, which each keeps from
            its creation. The other side does not change.
          </p>
        )}
        <fieldset className="stack" disabled={isArchived}>
          <JourneyGroup form={form} choices={choices} />
          <BrandGroup form={form} choices={choices} side={side} />
          <AddressGroup form={form} choices={choices} />
          <ScoringGroup form={form} choices={choices} />
          <RetentionGroup form={form} />
        </fieldset>
        <SaveBar form={form} environment={side.kind} />
      </form>
      <aside className={style["preview"]} aria-label="Preview">
        <Preview side={side} form={form} choices={choices} />
      </aside>
      <LeaveGuard
        isDirty={form.changed.length > 0}
        what={`${formatCount(form.changed.length, "change")} of the settings would be lost.`}
      />
    </div>
  );
}

function SaveBar({
  form,
  environment,
}: {
  readonly form: SettingsForm;
  readonly environment: Side["kind"];
}): ReactNode {
  const { changed, problems, conflicts, warnings, savedCount } = form;
  const wrong = changed.filter((name) => problems[name] !== undefined).length;
  const isOpen = changed.length > 0;
  return (
    <div className={isOpen ? `${style["bar"] ?? ""} ${style["open"] ?? ""}` : style["bar"]}>
      <FailureNote error={form.failure} />
      {warnings.map(({ code, detail }) => (
        <Note key={code} tone="warn" title="Saved, with a change of how it is shown">
          <p>{detail}</p>
        </Note>
      ))}
      <div className="row">
        <p role="status" className={style["status"]}>
          {isOpen && `${formatCount(changed.length, "change")} not saved. `}
          {wrong > 0 && `${formatCount(wrong, "field")} to mend first. `}
          {conflicts.length > 0 && "Somebody else changed the same. Look at the marked fields, then save again. "}
          {!isOpen && savedCount !== null && `Saved: ${formatCount(savedCount, "setting")} changed.`}
          {!isOpen && savedCount === null && "Nothing to save."}
        </p>
        <Button disabled={!isOpen} onClick={() => form.undo(changed)}>
          Undo all
        </Button>
        <Button type="submit" look="primary" isBusy={form.isBusy} disabled={!isOpen || wrong > 0}>
          Save for {environment === "test" ? "Test" : "Production"}
        </Button>
      </div>
    </div>
  );
}
