import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, Outlet, redirect } from "@tanstack/react-router";

import { hasCode } from "./api/api-error.ts";
import { isWholly, ME, type Me } from "./api/me.ts";
import { lazyPage } from "./frame/lazy-page.ts";
import { NotFoundPage, PageFailure } from "./frame/failures.tsx";
import { readQuery, textOf, writeQuery } from "./frame/search.ts";
import { Loading } from "./kit/states.tsx";
import { Toasts } from "./kit/toasts.tsx";
import { readAuditSearch } from "./pages/audit/search.ts";
import { readDeploymentListSearch, readDeploymentsSearch } from "./pages/deployments/search.ts";
import { readLinksSearch } from "./pages/links/search.ts";
import { readMonitoringSearch } from "./pages/monitoring/search.ts";
import { readResultsSearch } from "./pages/results/search.ts";
import { readSettingsSearch } from "./pages/settings/search.ts";
import { readWebhooksSearch } from "./pages/webhooks/search.ts";

const BASE = "/beacon";

interface Context {
  readonly client: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: () => (
    <>
      <Outlet />
      <Toasts />
    </>
  ),
});

/** Who is signed in; others go to the sign-in page, and come back to where they wanted to go. */
async function requireMe({ client }: Context, href: string): Promise<Me> {
  try {
    const me = await client.ensureQueryData(ME);
    if (isWholly(me)) return me;
  } catch (error) {
    if (!hasCode(error, "sign_in_required")) throw error;
  }
  client.removeQueries({ queryKey: ME.queryKey });
  // A uid stands behind the `#`, and must not move into the query, which is logged on the way.
  const [path = "", hash = ""] = href.split("#");
  redirect({ throw: true, to: "/sign-in", search: { next: `${BASE}${path}` }, hash });
  throw new Error("A redirect that was asked to throw did not");
}

const start = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async ({ context, location }) => {
    const [first] = (await requireMe(context, location.href)).companies;
    if (first !== undefined) redirect({ throw: true, to: "/c/$companyId", params: { companyId: first.company_id } });
  },
  component: lazyPage(() => import("./pages/entry/no-company.tsx"), "NoCompanyPage"),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (raw): { next?: string | undefined; reset?: string | undefined } => {
    const next = textOf(raw, "next");
    // Only ways within this dashboard: an address is not believed to lead elsewhere.
    return { next: next?.startsWith(`${BASE}/`) === true ? next : undefined, reset: textOf(raw, "reset") };
  },
  component: lazyPage(() => import("./pages/entry/sign-in.tsx"), "SignInPage"),
});
const forgot = createRoute({
  getParentRoute: () => root,
  path: "/password/forgot",
  component: lazyPage(() => import("./pages/entry/forgot.tsx"), "ForgotPage"),
});
const reset = createRoute({
  getParentRoute: () => root,
  path: "/password",
  component: lazyPage(() => import("./pages/entry/reset.tsx"), "ResetPage"),
});
const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: lazyPage(() => import("./pages/entry/invitation.tsx"), "InvitationPage"),
});

const company = createRoute({
  getParentRoute: () => root,
  path: "/c/$companyId",
  beforeLoad: async ({ context, location, params }) => {
    const { companies } = await requireMe(context, location.href);
    if (!companies.some((one) => one.company_id === params.companyId)) redirect({ throw: true, to: "/" });
  },
  component: lazyPage(() => import("./frame/shell.tsx"), "Shell"),
});

const inCompany = { getParentRoute: () => company };

const home = createRoute({
  ...inCompany,
  path: "/",
  component: lazyPage(() => import("./pages/home/home-page.tsx"), "HomePage"),
});
const results = createRoute({
  ...inCompany,
  path: "/results",
  validateSearch: readResultsSearch,
  component: lazyPage(() => import("./pages/results/results-page.tsx"), "ResultsPage"),
});
const result = createRoute({
  ...inCompany,
  path: "/results/$environmentId/$sessionId",
  validateSearch: (raw): { tab?: string | undefined } => ({ tab: textOf(raw, "tab") }),
  component: lazyPage(() => import("./pages/results/detail-page.tsx"), "ResultPage"),
});
const deployments = createRoute({
  ...inCompany,
  path: "/deployments",
  validateSearch: readDeploymentListSearch,
  component: lazyPage(() => import("./pages/deployments/deployments-page.tsx"), "DeploymentsPage"),
});
const deployment = createRoute({
  ...inCompany,
  path: "/deployments/$deploymentId",
  validateSearch: readDeploymentsSearch,
  component: lazyPage(() => import("./pages/deployments/detail-page.tsx"), "DeploymentPage"),
});
const links = createRoute({
  ...inCompany,
  path: "/links",
  validateSearch: readLinksSearch,
  component: lazyPage(() => import("./pages/links/links-page.tsx"), "LinksPage"),
});
const batch = createRoute({
  ...inCompany,
  path: "/links/$environmentId/$batchId",
  validateSearch: (raw): { status?: string | undefined } => ({ status: textOf(raw, "status") }),
  component: lazyPage(() => import("./pages/links/batch-page.tsx"), "BatchPage"),
});
const monitoring = createRoute({
  ...inCompany,
  path: "/monitoring",
  validateSearch: readMonitoringSearch,
  component: lazyPage(() => import("./pages/monitoring/monitoring-page.tsx"), "MonitoringPage"),
});
const webhooks = createRoute({
  ...inCompany,
  path: "/webhooks",
  validateSearch: readWebhooksSearch,
  component: lazyPage(() => import("./pages/webhooks/webhooks-page.tsx"), "WebhooksPage"),
});
const reconcile = createRoute({
  ...inCompany,
  path: "/reconcile",
  component: lazyPage(() => import("./pages/reconcile/reconcile-page.tsx"), "ReconcilePage"),
});
const trace = createRoute({
  ...inCompany,
  path: "/trace",
  component: lazyPage(() => import("./pages/trace/trace-page.tsx"), "TracePage"),
});
const team = createRoute({
  ...inCompany,
  path: "/team",
  validateSearch: (raw): { invite?: string | undefined } => ({ invite: textOf(raw, "invite") }),
  component: lazyPage(() => import("./pages/team/team-page.tsx"), "TeamPage"),
});
const audit = createRoute({
  ...inCompany,
  path: "/audit",
  validateSearch: readAuditSearch,
  component: lazyPage(() => import("./pages/audit/audit-page.tsx"), "AuditPage"),
});
const settings = createRoute({
  ...inCompany,
  path: "/settings",
  validateSearch: readSettingsSearch,
  component: lazyPage(() => import("./pages/settings/settings-page.tsx"), "SettingsPage"),
});
const account = createRoute({
  ...inCompany,
  path: "/account",
  component: lazyPage(() => import("./pages/account/account-page.tsx"), "AccountPage"),
});

const tree = root.addChildren([
  start,
  signIn,
  forgot,
  reset,
  invitation,
  company.addChildren([
    home,
    results,
    result,
    deployments,
    deployment,
    links,
    batch,
    monitoring,
    webhooks,
    reconcile,
    trace,
    team,
    audit,
    settings,
    account,
  ]),
]);

export function createAppRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: BASE,
    context: { client },
    parseSearch: (text) => readQuery(text),
    stringifySearch: writeQuery,
    defaultPreload: "intent",
    defaultPendingComponent: () => <Loading rows={6} />,
    defaultErrorComponent: PageFailure,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
