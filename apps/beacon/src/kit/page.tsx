import { useEffect, useId, type ReactNode } from "react";

import { Icon } from "./icons.tsx";

interface PageProps {
  readonly title: string;
  /** One line under the title. */
  readonly lead?: ReactNode;
  /** Buttons at the end of the title's line. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page of the dashboard: its title is also the tab's. */
export function Page({ title, lead, actions, children }: PageProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Tallystick Beacon`;
  }, [title]);
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{title}</h1>
          {lead !== undefined && <p className="lead">{lead}</p>}
        </div>
        {actions !== undefined && <div className="actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A named part of a page on a surface of its own. */
export function Section({ title, lead, actions, children }: SectionProps): ReactNode {
  const id = useId();
  return (
    <section className="section" aria-labelledby={id}>
      <header className="section-head">
        <div>
          <h2 id={id}>{title}</h2>
          {lead !== undefined && <p className="soft">{lead}</p>}
        </div>
        {actions !== undefined && <div className="actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

/** Names and values, one pair a line. */
export function Facts({ of }: { readonly of: readonly (readonly [name: string, value: ReactNode])[] }): ReactNode {
  return (
    <dl className="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** To a page of the documentation that this server carries. */
export function HelpLink({ to, children }: { readonly to: `/docs${string}`; readonly children: ReactNode }): ReactNode {
  return (
    <a className="help-link" href={to} target="_blank" rel="noreferrer">
      {children}
      <Icon name="external" />
      <span className="visually-hidden"> (opens in a new tab)</span>
    </a>
  );
}

/** How far long work has come. `total` unknown: only that it goes on. */
export function Progress({
  done,
  total,
  what,
}: {
  readonly done: number;
  readonly total: number | null;
  readonly what: string;
}): ReactNode {
  return (
    <div className="progress">
      <progress aria-label={what} {...(total !== null && { value: done, max: Math.max(total, 1) })} />
      <span className="number soft">
        {done}
        {total !== null && ` of ${total}`} {what}
      </span>
    </div>
  );
}
