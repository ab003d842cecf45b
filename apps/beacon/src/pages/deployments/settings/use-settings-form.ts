import { useQueryClient } from "@tanstack/react-query";
import type { EnvironmentSettings } from "@tallystick/contract";
import { useState } from "react";

import { hasCode, type ApiError } from "../../../api/api-error.ts";
import { read, useAct } from "../../../api/queries.ts";
import type { AnswerOf } from "../../../api/types.ts";
import { useDeploymentParams, useSideParams, type Side } from "../use-deployment.ts";
import { changedNames, draftOf, isSame, patchOf, type Draft, type DraftName, type Edits } from "./draft.ts";
import { fieldOfRefusal, problemsOf, type Problems } from "./problems.ts";

type Warnings = AnswerOf<"CHANGE_SETTINGS">["warnings"];

export interface SettingsForm {
  /** What the form shows: as saved, with what was touched. */
  readonly draft: Draft;
  readonly set: (edits: Edits) => void;
  readonly changed: readonly DraftName[];
  readonly problems: Problems;
  /** Fields that somebody else changed since they were touched here; what stands there now is `theirs`. */
  readonly conflicts: readonly DraftName[];
  readonly theirs: Draft;
  readonly undo: (names: readonly DraftName[]) => void;
  readonly save: () => Promise<void>;
  readonly isBusy: boolean;
  /** What failed and belongs to no field. */
  readonly failure: unknown;
  readonly warnings: Warnings;
  /** How many settings the last save changed; null before the first. */
  readonly savedCount: number | null;
}

export function settingsOf(side: Side): EnvironmentSettings {
  // The server fills in every default; the contract types them loosely because the reference of settings says what they are.
  return side.settings as unknown as EnvironmentSettings;
}

interface Outcome {
  readonly failure: unknown;
  readonly refused: Problems;
  readonly warnings: Warnings;
  readonly savedCount: number | null;
  /** Somebody else changed these, so nothing was sent. */
  readonly overtaken: readonly DraftName[];
}

const NOTHING: Outcome = { failure: null, refused: {}, warnings: [], savedCount: null, overtaken: [] };

/**
 * The form of one side's settings. Nothing on the server counts versions of settings: a change of one leaves the others
 * alone, so only what two people both touched can be lost. That is looked for before each save, and asked about.
 */
export function useSettingsForm(side: Side): SettingsForm {
  const saved = draftOf(settingsOf(side));
  const [edits, setEdits] = useState<Edits>({});
  /** What was saved when each field was first touched. */
  const [seen, setSeen] = useState<Edits>({});
  const [outcome, setOutcome] = useState(NOTHING);
  const [isBusy, setBusy] = useState(false);
  const send = useSendChanges(side);
  const draft = { ...saved, ...edits };
  const changed = changedNames(edits, saved);
  const problems = problemsOf(draft);
  const save = async (): Promise<void> => {
    if (changed.length === 0 || changed.some((name) => problems[name] !== undefined)) return;
    setBusy(true);
    setOutcome(NOTHING);
    const { now, ...result } = await send({ draft, changed, seen });
    // What somebody else chose is shown once; saving again is the answer.
    if (now !== null) setSeen(pick(now, changed));
    // What was typed while it was on its way stays a change.
    if (result.savedCount !== null) {
      setEdits((latest) =>
        without(
          latest,
          changed.filter((name) => isSame(latest[name], draft[name])),
        ),
      );
    }
    setOutcome(result);
    setBusy(false);
  };
  return {
    draft,
    changed,
    problems: { ...problems, ...outcome.refused },
    conflicts: outcome.overtaken.filter((name) => changed.includes(name)),
    theirs: saved,
    save,
    isBusy,
    failure: outcome.failure,
    warnings: outcome.warnings,
    savedCount: outcome.savedCount,
    undo: (names) => {
      setEdits(without(edits, names));
      setSeen(without(seen, names));
      setOutcome({ ...outcome, refused: without(outcome.refused, names), failure: null });
    },
    set: (next) => {
      const names = Object.keys(next) as DraftName[];
      setSeen({ ...pick(saved, names), ...seen });
      setEdits({ ...edits, ...next });
      setOutcome({ ...outcome, savedCount: null, refused: without(outcome.refused, names) });
    },
  };
}

interface Changes {
  readonly draft: Draft;
  readonly changed: readonly DraftName[];
  readonly seen: Edits;
}

/** Sends the changes unless somebody else changed the same meanwhile. `now`: as saved just before; null: not known. */
function useSendChanges(side: Side): (changes: Changes) => Promise<Outcome & { readonly now: Draft | null }> {
  const params = useSideParams(side);
  const fresh = useFreshSaved(side);
  const act = useAct("CHANGE_SETTINGS", ["GET_DEPLOYMENT", "LIST_SETTING_CHANGES", "PREVIEW_COPY", "GET_GO_LIVE"]);
  return async ({ draft, changed, seen }) => {
    let now: Draft | null = null;
    try {
      now = await fresh();
      const overtaken = overtakenNames({ draft, changed, seen }, now);
      if (overtaken.length > 0) return { ...NOTHING, overtaken, now };
      const done = await act.mutateAsync({ params, body: { settings: patchOf(draft, changed) } });
      return { ...NOTHING, warnings: done.warnings, savedCount: done.changed.length, now };
    } catch (error) {
      return { ...NOTHING, ...placed(error, changed), now };
    }
  };
}

/** Fields that stand otherwise than when they were touched here, and otherwise than they are about to. */
function overtakenNames({ draft, changed, seen }: Changes, now: Draft): readonly DraftName[] {
  return changed.filter((name) => !isSame(now[name], seen[name]) && !isSame(now[name], draft[name]));
}

function pick(draft: Draft, names: readonly DraftName[]): Edits {
  return Object.fromEntries(names.map((name) => [name, draft[name]]));
}

function useFreshSaved(side: Side): () => Promise<Draft> {
  const client = useQueryClient();
  const params = useDeploymentParams();
  return async () => {
    const { queryKey, queryFn } = read("GET_DEPLOYMENT", { params });
    const { environments } = await client.fetchQuery({ queryKey, ...(queryFn && { queryFn }), staleTime: 0 });
    const now = environments.find(({ environment_id: id }) => id === side.environment_id) ?? side;
    return draftOf(settingsOf(now));
  };
}

/** Beside the field that a refusal names, or under the form. */
function placed(error: unknown, names: readonly DraftName[]): Pick<Outcome, "failure" | "refused"> {
  if (!hasCode(error, "setting_invalid")) return { failure: error, refused: {} };
  const { detail } = error as ApiError;
  const name = fieldOfRefusal(detail, names);
  return name === null ? { failure: error, refused: {} } : { failure: null, refused: { [name]: detail } };
}

function without<Values extends object>(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name))) as Values;
}
