import { useEffect, type ReactNode } from "react";

/** A card in the middle: for all that comes before the frame. */
export function EntryPage({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  useEffect(() => {
    document.title = `${title} · Tallystick Beacon`;
  }, [title]);
  return (
    <div className="entry">
      <p className="brand">
        <img src="/favicon.ico" alt="" />
        Tallystick Beacon
      </p>
      <main className="entry-card">
        <h1>{title}</h1>
        {children}
      </main>
      <a href="/docs">Documentation</a>
    </div>
  );
}
