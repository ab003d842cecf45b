import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useId, useState, type KeyboardEvent, type ReactNode } from "react";

import { read } from "../api/queries.ts";
import { Dialog } from "../kit/dialog.tsx";
import { formatWord } from "../kit/format.ts";
import { Icon, type IconName } from "../kit/icons.tsx";
import { useCompanyId, useDeployments, useIsAdmin } from "./company.ts";
import { ROOMS } from "./navigation.ts";

interface Hit {
  readonly key: string;
  readonly icon: IconName;
  readonly title: string;
  readonly note: string;
  readonly go: () => void;
}

const UID = /^[A-Za-z0-9_-]{1,60}$/;

/** From anywhere to a room, a deployment or a uid: Ctrl+K or "/". */
export function Palette({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }): ReactNode {
  const [text, setText] = useState("");
  const close = (): void => {
    setText("");
    onClose();
  };
  const { hits, isSearching } = useHits(text.trim(), isOpen);
  return (
    <Dialog title="Go to" isOpen={isOpen} onClose={close}>
      <Finder
        text={text}
        onText={setText}
        hits={hits}
        isSearching={isSearching}
        onPick={(hit) => {
          close();
          hit.go();
        }}
      />
    </Dialog>
  );
}

function Finder(props: {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly hits: readonly Hit[];
  readonly isSearching: boolean;
  readonly onPick: (hit: Hit) => void;
}): ReactNode {
  const { text, onText, hits, isSearching, onPick } = props;
  const id = useId();
  const [active, setActive] = useState(0);
  const chosen = Math.min(active, hits.length - 1);
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const hit = hits[chosen];
    if (step !== 0 && hits.length > 0) setActive((chosen + step + hits.length) % hits.length);
    else if (event.key === "Enter" && hit !== undefined) onPick(hit);
    else return;
    event.preventDefault();
  };
  return (
    <div className="stack">
      <input
        className="input"
        type="text"
        role="combobox"
        aria-label="A page, a deployment or a uid"
        aria-expanded="true"
        aria-controls={`${id}-hits`}
        aria-activedescendant={hits[chosen] === undefined ? undefined : `${id}-${chosen}`}
        placeholder="A page, a deployment, or a uid and how it begins"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setActive(0);
          onText(event.target.value);
        }}
        onKeyDown={onKey}
      />
      <Hits id={id} hits={hits} chosen={chosen} onActive={setActive} onPick={onPick} />
      <p className="soft" role="status">
        {isSearching && "Searching uids …"}
        {!isSearching && hits.length === 0 && "Nothing is called that. A uid is found by how it begins."}
      </p>
    </div>
  );
}

function Hits(props: {
  readonly id: string;
  readonly hits: readonly Hit[];
  readonly chosen: number;
  readonly onActive: (index: number) => void;
  readonly onPick: (hit: Hit) => void;
}): ReactNode {
  const { id, hits, chosen, onActive, onPick } = props;
  return (
    <div className="hits" id={`${id}-hits`} role="listbox" aria-label="Found">
      {hits.map((hit, index) => (
        // The combobox above takes the keys; the pointer presses here.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the combobox above takes the keys
        <div
          key={hit.key}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === chosen}
          className="hit"
          onClick={() => onPick(hit)}
          onPointerMove={() => onActive(index)}
        >
          <Icon name={hit.icon} />
          <span>{hit.title}</span>
          <span className="soft">{hit.note}</span>
        </div>
      ))}
    </div>
  );
}

function useHits(text: string, isOpen: boolean): { readonly hits: readonly Hit[]; readonly isSearching: boolean } {
  const companyId = useCompanyId();
  const isAdmin = useIsAdmin();
  const navigate = useNavigate();
  const deployments = useDeployments().data?.items ?? [];
  const { uids, isSearching } = useFoundUids(text, isOpen);
  const words = text.toLowerCase();
  const rooms = ROOMS.filter(
    (room) => (isAdmin || !room.isAdmins) && `${room.title} ${room.words}`.toLowerCase().includes(words),
  );
  const hits: Hit[] = [
    ...rooms.map((room) => ({
      key: room.to,
      icon: room.icon,
      title: room.title,
      note: "Page",
      go: () => void navigate({ to: room.to, params: { companyId } }),
    })),
    ...deployments
      .filter((one) => words !== "" && one.name.toLowerCase().includes(words))
      .slice(0, 5)
      .map((one) => ({
        key: one.deployment_id,
        icon: "deployments" as const,
        title: one.name,
        note: "Deployment",
        go: () =>
          void navigate({
            to: "/c/$companyId/deployments/$deploymentId",
            params: { companyId, deploymentId: one.deployment_id },
          }),
      })),
    ...uids.map((one) => ({
      key: one.session_id,
      icon: "trace" as const,
      title: one.uid,
      note: `${one.place.deployment}, ${formatWord(one.place.environment)}, ${formatWord(one.state)}`,
      go: () =>
        void navigate({
          to: "/c/$companyId/results/$environmentId/$sessionId",
          params: { companyId, environmentId: one.place.environment_id, sessionId: one.session_id },
        }),
    })),
  ];
  return { hits, isSearching };
}

/** Pages answer each key at once, so that a fast Enter opens what was typed; the server is asked when typing rests. */
function useFoundUids(text: string, isOpen: boolean) {
  const asked = useDeferredValue(text);
  const found = useQuery({
    ...read("SEARCH_UIDS", { params: { company_id: useCompanyId() }, body: { q: asked, limit: 8 } }),
    enabled: isOpen && UID.test(asked),
  });
  // Never those of what was typed before: Enter would open somebody else.
  const isOfText = asked === text && UID.test(text) && !found.isPlaceholderData;
  return { uids: isOfText ? (found.data?.items ?? []) : [], isSearching: found.isFetching };
}
