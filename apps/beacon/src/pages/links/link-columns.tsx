import { Link } from "@tanstack/react-router";

import { StateMark } from "../../kit/badges.tsx";
import { Button } from "../../kit/button.tsx";
import { CopyButton } from "../../kit/copy.tsx";
import type { Column } from "../../kit/table.tsx";
import { Time } from "../../kit/time.tsx";
import type { LinkItem } from "./batch-params.ts";
import styles from "./links.module.css";

interface Place {
  readonly company_id: string;
  readonly environment_id: string;
}

export function linkColumns(place: Place, onShow: (link: LinkItem) => void): readonly Column<LinkItem>[] {
  return [
    {
      key: "uid",
      title: "uid",
      cell: (link) => (
        <Link
          className="one-line"
          to="/c/$companyId/results/$environmentId/$sessionId"
          params={{ companyId: place.company_id, environmentId: place.environment_id, sessionId: link.session_id }}
        >
          {link.uid}
        </Link>
      ),
    },
    { key: "status", title: "State", cell: (link) => <StateMark state={link.status} /> },
    {
      key: "link",
      title: "Link",
      cell: (link) => (
        <span className="row one-line">
          <code className={styles["link"]}>{link.link}</code>
          <CopyButton text={link.link} what={`link of ${link.uid}`} isSmall />
        </span>
      ),
    },
    { key: "opened", title: "Opened", cell: (link) => <Time at={link.opened_at} isAgo /> },
    { key: "until", title: "Ends", cell: (link) => <Time at={link.ended_at ?? link.expires_at} isAgo /> },
    {
      key: "acts",
      title: "More",
      cell: (link) => (
        <Button look="quiet" aria-label={`QR and more for ${link.uid}`} onClick={() => onShow(link)}>
          QR and more
        </Button>
      ),
    },
  ];
}
