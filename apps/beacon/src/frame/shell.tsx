import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import { useQueryClient } from "@tanstack/react-query";
import { Suspense, useEffect, useEffectEvent, useState, type ReactNode } from "react";

import { call } from "../api/client.ts";
import { useMe } from "../api/me.ts";
import { Button, IconButton } from "../kit/button.tsx";
import { Icon } from "../kit/icons.tsx";
import { Menu, type MenuItem } from "../kit/menu.tsx";
import { Loading, Note } from "../kit/states.tsx";
import { say } from "../kit/toasts.tsx";
import { useCompany, useIsAdmin } from "./company.ts";
import { useMarkedEnvironment } from "./environment.ts";
import { Gates } from "./gates.tsx";
import { ROOMS } from "./navigation.ts";
import { useIsOnline } from "./online.ts";
import { Palette } from "./palette.tsx";
import { applyTheme, otherTheme } from "./theme.ts";

/** What stands around every page of a company: the head with the environment, the side with the rooms, the gates. */
export function Shell(): ReactNode {
  const [isSideOpen, setSideOpen] = useState(false);
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  usePaletteKeys(() => setPaletteOpen(true));
  const isOnline = useIsOnline();
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <Head onMenu={() => setSideOpen(!isSideOpen)} isSideOpen={isSideOpen} onSearch={() => setPaletteOpen(true)} />
      <div className="body">
        <Side isOpen={isSideOpen} onGo={() => setSideOpen(false)} />
        <main id="content" tabIndex={-1}>
          {!isOnline && (
            <Note tone="warn" title="You are offline">
              <p>What you see was read before. It goes on by itself when the connection is back.</p>
            </Note>
          )}
          <Suspense fallback={<Loading rows={6} />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <Palette isOpen={isPaletteOpen} onClose={() => setPaletteOpen(false)} />
      <Gates />
    </>
  );
}

/** Ctrl+K anywhere; "/" where no text is typed. */
function usePaletteKeys(open: () => void): void {
  const onOpen = useEffectEvent(open);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest("input, textarea, select") !== null;
      const isChord = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
      if (!isChord && (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey)) return;
      event.preventDefault();
      onOpen();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

function Head(props: {
  readonly onMenu: () => void;
  readonly isSideOpen: boolean;
  readonly onSearch: () => void;
}): ReactNode {
  return (
    <header className="head">
      <IconButton
        icon="menu"
        label="Pages"
        className="side-switch"
        aria-expanded={props.isSideOpen}
        aria-controls="side"
        onClick={props.onMenu}
      />
      <CompanyName />
      <EnvironmentName />
      <button type="button" className="search-opener" onClick={props.onSearch}>
        <Icon name="search" />
        <span>Find a uid or a page</span>
        <kbd>Ctrl K</kbd>
      </button>
      <Profile />
    </header>
  );
}

function EnvironmentName(): ReactNode {
  const environment = useMarkedEnvironment();
  if (environment === null) return null;
  return <span className="environment-name">{environment === "test" ? "Test" : "Production"}</span>;
}

function CompanyName(): ReactNode {
  const me = useMe();
  const company = useCompany();
  const navigate = useNavigate();
  if (me.companies.length === 1) return <strong className="company-name">{company.name}</strong>;
  return (
    <Menu
      trigger={
        <Button look="quiet" className="company-name">
          {company.name}
          <Icon name="down" />
        </Button>
      }
      items={me.companies.map((one) => ({
        label: one.name,
        onPick: () => void navigate({ to: "/c/$companyId", params: { companyId: one.company_id } }),
      }))}
    />
  );
}

function Profile(): ReactNode {
  const me = useMe();
  const company = useCompany();
  const isAdmin = useIsAdmin();
  const client = useQueryClient();
  const params = { companyId: company.company_id };
  const leave = async (): Promise<void> => {
    try {
      await call("SIGN_OUT", {});
    } catch {
      say({ tone: "bad", text: "No answer came, so you may still be signed in. Try again." });
      return;
    }
    client.clear();
    location.assign("/beacon/sign-in");
  };
  const items: MenuItem[] = [
    { label: "Your account", icon: "settings", link: <Link to="/c/$companyId/account" params={params} /> },
    ...(isAdmin
      ? [
          {
            label: "Invite teammates",
            icon: "team" as const,
            link: <Link to="/c/$companyId/team" params={params} search={{ invite: "yes" }} />,
          },
        ]
      : []),
    { label: "Light or dark", icon: "sun", onPick: () => applyTheme(otherTheme()) },
    { label: "Documentation", icon: "external", onPick: () => window.open("/docs", "_blank", "noreferrer") },
    { label: "Sign out", icon: "external", onPick: () => void leave() },
  ];
  return (
    <Menu
      trigger={
        <button type="button" className="profile" aria-label={`Your menu: ${me.name}`}>
          {me.name.trim().charAt(0).toUpperCase() || "?"}
        </button>
      }
      head={
        <>
          <strong>{me.name}</strong>
          <div className="soft">{me.email}</div>
          <div className="soft">{isAdmin ? "Admin" : "Viewer"}</div>
        </>
      }
      items={items}
    />
  );
}

function Side({ isOpen, onGo }: { readonly isOpen: boolean; readonly onGo: () => void }): ReactNode {
  const { company_id: companyId } = useCompany();
  const isAdmin = useIsAdmin();
  return (
    <nav id="side" className={`side ${isOpen ? "open" : ""}`} aria-label="Pages">
      <ul>
        {ROOMS.filter((room) => isAdmin || !room.isAdmins).map((room) => (
          <li key={room.to}>
            <Link
              to={room.to}
              params={{ companyId }}
              activeOptions={{ exact: room.to === "/c/$companyId", includeSearch: false }}
              onClick={onGo}
            >
              <Icon name={room.icon} />
              {room.title}
            </Link>
          </li>
        ))}
      </ul>
      <a className="docs-link" href="/docs" target="_blank" rel="noreferrer">
        Documentation
      </a>
    </nav>
  );
}
