import type { ReactNode } from "react";

/** Drawn on a grid of 20, stroked with the ink they stand in. Always beside words or under an accessible name. */
const PATHS = {
  home: "M3 9.5 10 4l7 5.5M5 8.5V16h10V8.5",
  deployments: "M3 5h14v4H3zM3 11h14v4H3zM6 7h.01M6 13h.01",
  links: "M8 12l4-4M7 9l-2 2a3 3 0 0 0 4 4l2-2M13 11l2-2a3 3 0 0 0-4-4L9 7",
  results: "M4 4h12v12H4zM7 8h6M7 11h6M7 14h3",
  monitoring: "M3 16h14M5 13v-3M9 13V6M13 13V8M16 13V4",
  webhooks: "M4 10h9M10 6l4 4-4 4M16 5v10",
  reconcile: "M4 6h8M4 10h5M4 14h8M13 11l2 2 3-4",
  trace: "M9 15a6 6 0 1 1 0-12 6 6 0 0 1 0 12zM13.5 13.5 17 17",
  team: "M7 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16c.5-3 2.5-4 5-4s4.500 1 5 4M13.500 10a2.500 2.500 0 1 0 0-5M14 12c2 .2 3.500 1.300 4 4",
  audit: "M5 3h7l3 3v11H5zM12 3v3h3M8 10h4M8 13h4",
  settings: "M4 6h7M15 6h1M4 14h1M9 14h7M13 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM7 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  menu: "M3 6h14M3 10h14M3 14h14",
  close: "M5 5l10 10M15 5 5 15",
  copy: "M7 7h9v9H7zM4 13V4h9",
  check: "M4 10.500l4 4 8-9",
  warning: "M10 3 2.500 16.500h15zM10 8v4M10 14.300v.2",
  info: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9v5M10 6.200v.2",
  download: "M10 3v9M6 9l4 4 4-4M4 16h12",
  external: "M8 4H4v12h12v-4M11 4h5v5M16 4l-7 7",
  chevron: "M7 5l5 5-5 5",
  down: "M5 8l5 5 5-5",
  search: "M9 15a6 6 0 1 1 0-12 6 6 0 0 1 0 12zM13.500 13.500 17 17",
  plus: "M10 4v12M4 10h12",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  refresh: "M16 10a6 6 0 1 1-2-4.500M16 3v3.500h-3.500",
  print: "M6 8V3h8v5M6 14H4V8h12v6h-2M6 12h8v5H6z",
  sun: "M10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM10 2v2M10 16v2M2 10h2M16 10h2M4.500 4.500l1.400 1.400M14.100 14.100l1.400 1.400M15.500 4.500l-1.400 1.400M5.900 14.100l-1.400 1.400",
  play: "M6 4l10 6-10 6z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" focusable="false">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
