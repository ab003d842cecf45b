import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";

import { readPages, useAct } from "../../api/queries.ts";
import type { AnswerOf } from "../../api/types.ts";
import { Badge } from "../../kit/badges.tsx";
import { Button } from "../../kit/button.tsx";
import { Ask } from "../../kit/dialog.tsx";
import { formatCount } from "../../kit/format.ts";
import { Section } from "../../kit/page.tsx";
import { FailureNote, Loaded } from "../../kit/states.tsx";
import { More, Table, type Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import { say } from "../../kit/toasts.tsx";

type SignIn = AnswerOf<"LIST_SIGN_INS">["items"][number];

/** Where one is signed in, and the way to end what one does not know. */
export function SignIns(): ReactNode {
  const signIns = useInfiniteQuery(readPages("LIST_SIGN_INS", {}));
  const end = useAct("END_SIGN_IN", ["LIST_SIGN_INS"]);
  const [isAsking, setAsking] = useState(false);
  const rows = signIns.data?.pages.flatMap((page) => page.items) ?? [];
  const busyId = end.isPending ? end.variables.params.sign_in_id : null;
  const endOne = ({ sign_in_id }: SignIn): void => {
    end.mutate({ params: { sign_in_id } }, { onSuccess: () => say({ tone: "good", text: "That sign-in ended." }) });
  };
  return (
    <Section
      title="Where you are signed in"
      lead="End what you do not know, and change your password then. Unused for two hours, a sign-in ends by itself."
      actions={
        rows.some((row) => !row.current) && <Button onClick={() => setAsking(true)}>End all but this one</Button>
      }
    >
      <FailureNote error={end.error} />
      <Loaded of={signIns} what="your sign-ins" rows={2}>
        {() => (
          <Table
            caption="Sign-ins"
            columns={[...COLUMNS, actColumn(busyId, endOne)]}
            rows={rows}
            rowKey={(row) => row.sign_in_id}
          />
        )}
      </Loaded>
      <More of={signIns} />
      {isAsking && <EndOthers onClose={() => setAsking(false)} />}
    </Section>
  );
}

const COLUMNS: readonly Column<SignIn>[] = [
  {
    key: "agent",
    title: "Browser",
    cell: (row) => (
      <div>
        {row.agent ?? "Unknown browser"} {row.current && <Badge tone="note">This one</Badge>}
      </div>
    ),
  },
  { key: "origin", title: "From", cell: (row) => row.origin ?? <span className="soft">–</span> },
  {
    key: "method",
    title: "By",
    cell: (row) =>
      `${row.method === "oidc" ? "Identity provider" : "Password"}${row.second_factor_given ? " and code" : ""}`,
  },
  { key: "began", title: "Began", cell: (row) => <Time at={row.created_at} /> },
  { key: "seen", title: "Last used", cell: (row) => <Time at={row.last_seen_at} isAgo /> },
  { key: "ends", title: "Ends at the latest", isHiddenOnCards: true, cell: (row) => <Time at={row.expires_at} /> },
];

function actColumn(busyId: string | null, onEnd: (row: SignIn) => void): Column<SignIn> {
  return {
    key: "act",
    title: "Change",
    cell: (row) =>
      row.current ? (
        <span className="soft">–</span>
      ) : (
        <Button
          look="quiet"
          isBusy={busyId === row.sign_in_id}
          aria-label={`End the sign-in of ${row.agent ?? "an unknown browser"}`}
          onClick={() => onEnd(row)}
        >
          End
        </Button>
      ),
  };
}

function EndOthers({ onClose }: { readonly onClose: () => void }): ReactNode {
  const end = useAct("END_OTHER_SIGN_INS", ["LIST_SIGN_INS"]);
  return (
    <Ask
      title="End all sign-ins but this one"
      verb="End them"
      isDangerous
      onClose={onClose}
      onYes={async () => {
        const { ended } = await end.mutateAsync({});
        say({ tone: "good", text: `${formatCount(ended, "sign-in")} ended.` });
      }}
    >
      <p>Every other browser and device has to sign in again. You stay signed in here.</p>
    </Ask>
  );
}
