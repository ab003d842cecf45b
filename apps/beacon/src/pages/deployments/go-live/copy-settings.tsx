import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { hasCode } from "../../../api/api-error.ts";
import { read, useAct } from "../../../api/queries.ts";
import type { AnswerOf } from "../../../api/types.ts";
import { Button } from "../../../kit/button.tsx";
import { Ask } from "../../../kit/dialog.tsx";
import { CheckField } from "../../../kit/fields.tsx";
import { formatCount } from "../../../kit/format.ts";
import { HelpLink, Section } from "../../../kit/page.tsx";
import { Failure, Loaded, Note } from "../../../kit/states.tsx";
import { Table, type Column } from "../../../kit/table.tsx";
import { say } from "../../../kit/toasts.tsx";
import style from "../deployments.module.css";
import { titleOfSetting } from "../settings/titles.ts";
import { useDeploymentParams } from "../use-deployment.ts";
import { writeChange } from "../write-value.ts";

type Preview = AnswerOf<"PREVIEW_COPY">;
type Difference = Preview["changes"][number];

const COLUMNS: readonly Column<Difference>[] = [
  { key: "setting", title: "Setting", cell: ({ setting }) => titleOfSetting(setting) },
  {
    key: "from",
    title: "Production now",
    cell: ({ from, to }) => <span className={style["value"]}>{writeChange(from, to)[0]}</span>,
  },
  {
    key: "to",
    title: "As in Test",
    cell: ({ from, to }) => <strong className={style["value"]}>{writeChange(from, to)[1]}</strong>,
  },
];

/** Shows what would change before anything does, and then does exactly that. */
export function CopySettings(): ReactNode {
  const params = useDeploymentParams();
  const [withUrl, setWithUrl] = useState(false);
  const query = { from: "test", webhook_url: withUrl ? "yes" : "no" } as const;
  const preview = useQuery({ ...read("PREVIEW_COPY", { params, query }), staleTime: 0 });
  return (
    <Section
      title="Copy settings to Production"
      lead="What differs between the sides. Integration IDs, keys and secrets are never copied."
      actions={<HelpLink to="/docs/guides/deployments#from-test-to-production">From Test to Production</HelpLink>}
    >
      <CheckField
        label="The webhook URL too"
        hint="Usually not: Test and Production are easier told apart when they send to different addresses."
        checked={withUrl}
        onChange={(event) => setWithUrl(event.target.checked)}
      />
      {hasCode(preview.error, "deployment_archived") ? (
        <Failure error={preview.error} />
      ) : (
        <Loaded of={preview} what="the differences" rows={3}>
          {(found) => (
            <Differences
              preview={found}
              withUrl={withUrl}
              isOld={preview.isPlaceholderData}
              onOutdated={() => void preview.refetch()}
            />
          )}
        </Loaded>
      )}
    </Section>
  );
}

interface DifferencesProps {
  readonly preview: Preview;
  readonly withUrl: boolean;
  /** Shown only until the answer to what is asked now comes. */
  readonly isOld: boolean;
  readonly onOutdated: () => void;
}

function Differences({ preview, withUrl, isOld, onOutdated }: DifferencesProps): ReactNode {
  const [asked, setAsked] = useState<Preview | null>(null);
  const [isOutdated, setOutdated] = useState(false);
  const { changes } = preview;
  if (changes.length === 0) {
    return (
      <Note tone="good">
        <p>Nothing differs: Production is set as Test is.</p>
      </Note>
    );
  }
  return (
    <>
      {isOutdated && (
        <Note tone="warn" title="A side was changed meanwhile">
          <p>Nothing was copied. The differences below are new; look at them again.</p>
        </Note>
      )}
      <Table caption="What would change in Production" columns={COLUMNS} rows={changes} rowKey={(row) => row.setting} />
      <div className="actions">
        <Button look="primary" isBusy={isOld} onClick={() => setAsked(preview)}>
          Copy {formatCount(changes.length, "setting")} to Production
        </Button>
      </div>
      {asked !== null && (
        <CopyDialog
          preview={asked}
          withUrl={withUrl}
          onClose={() => setAsked(null)}
          onOutdated={() => {
            setOutdated(true);
            onOutdated();
          }}
        />
      )}
    </>
  );
}

const TOUCHED = ["PREVIEW_COPY", "GET_DEPLOYMENT", "LIST_SETTING_CHANGES", "GET_GO_LIVE", "GET_ENDPOINT"] as const;

interface CopyDialogProps extends Omit<DifferencesProps, "isOld"> {
  readonly onClose: () => void;
}

function CopyDialog({ preview, withUrl, onClose, onOutdated }: CopyDialogProps): ReactNode {
  const params = useDeploymentParams();
  const act = useAct("APPLY_COPY", TOUCHED);
  const apply = async (): Promise<void> => {
    const body = { from: preview.from, webhook_url: withUrl, version: preview.version };
    try {
      const { changed } = await act.mutateAsync({ params, body });
      say({ tone: "good", text: `${formatCount(changed.length, "setting")} of Production changed.` });
    } catch (error) {
      if (!hasCode(error, "copy_outdated")) throw error;
      onOutdated();
    }
  };
  return (
    <Ask title="Change Production?" verb="Copy to Production" onClose={onClose} onYes={apply}>
      <p>Applicants see it within a second; journeys under way keep their tasks, time limit and model.</p>
      <ul className={style["steps"]}>
        {preview.changes.map(({ setting, from, to }) => (
          <li key={setting}>
            {titleOfSetting(setting)}: {writeChange(from, to)[0]} becomes <strong>{writeChange(from, to)[1]}</strong>
          </li>
        ))}
      </ul>
    </Ask>
  );
}
