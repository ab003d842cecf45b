import { useEffect, type ReactNode } from "react";

/** A card in the middle: for all that comes before the frame. */
export function EntryPage({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  useEffect(() => {
    document.title = `${title} · Tallystick Beacon`;
  }, [title]);
  return (
    <div className="entry">
      <header className="brand">
        <img src="/favicon.ico" alt="" />
        Tallystick Beacon
      </header>
      <main className="entry-card">
        <h1>{title}</h1>
        {children}
      </main>
      <footer>
        <a href="/docs">Documentation</a>
      </footer>
    </div>
  );
}
