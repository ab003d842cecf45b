import type { IconName } from "../kit/icons.tsx";

/** The rooms of the dashboard, as the side and the palette list them. */
export const ROOMS = [
  { to: "/c/$companyId", title: "Home", icon: "home", isAdmins: false, words: "start attention today" },
  {
    to: "/c/$companyId/results",
    title: "Results",
    icon: "results",
    isAdmins: false,
    words: "scores sessions review export",
  },
  {
    to: "/c/$companyId/deployments",
    title: "Deployment Centre",
    icon: "deployments",
    isAdmins: false,
    words: "keys settings integration go-live webhook url",
  },
  { to: "/c/$companyId/links", title: "Link Generator", icon: "links", isAdmins: false, words: "batch send qr csv" },
  {
    to: "/c/$companyId/monitoring",
    title: "Monitoring",
    icon: "monitoring",
    isAdmins: false,
    words: "funnel drift charts",
  },
  {
    to: "/c/$companyId/webhooks",
    title: "Webhook log",
    icon: "webhooks",
    isAdmins: false,
    words: "deliveries attempts replay",
  },
  {
    to: "/c/$companyId/reconcile",
    title: "Reconcile",
    icon: "reconcile",
    isAdmins: true,
    words: "compare list missing duplicate",
  },
  {
    to: "/c/$companyId/trace",
    title: "Trace a uid",
    icon: "trace",
    isAdmins: false,
    words: "time line find applicant",
  },
  { to: "/c/$companyId/team", title: "Team", icon: "team", isAdmins: true, words: "members invite people roles" },
  { to: "/c/$companyId/audit", title: "Audit log", icon: "audit", isAdmins: true, words: "history who" },
  {
    to: "/c/$companyId/settings",
    title: "Company settings",
    icon: "settings",
    isAdmins: true,
    words: "retention erasure hold",
  },
] as const satisfies readonly {
  readonly to: string;
  readonly title: string;
  readonly icon: IconName;
  readonly isAdmins: boolean;
  readonly words: string;
}[];
