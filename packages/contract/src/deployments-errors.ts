import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const DEPLOYMENT_ERRORS = {
  deployment_archived: {
    status: 409,
    title: "The deployment is archived",
    mend: "Un-archive the deployment, or use the Integration ID and key of another one. Open journeys of an archived deployment can still be finished, and its results stay readable.",
  },
  deployment_name_taken: {
    status: 409,
    title: "Another deployment has this name",
    mend: "Choose another name. Archived deployments keep theirs, because their results are still found by it.",
  },
  logo_invalid: {
    status: 422,
    title: "The logo can not be used",
    mend: "Send a PNG of at most 256 KiB and 1024 pixels on the longer side, saved without interlacing, or an SVG of at most 64 KiB. In an SVG convert text to paths, export styles as presentation attributes, and leave out pictures, filters, scripts and links. Convert other formats with any image program; 240 pixels of height are plenty.",
  },
  copy_outdated: {
    status: 409,
    title: "A side changed after the preview",
    mend: "Ask for the preview again, look at it, and apply it with its new version.",
  },
  key_rotation_running: {
    status: 409,
    title: "A rotation is under way",
    mend: "Wait until the old key retires, or revoke it as soon as your systems use the new one. If a key leaked, rotate with compromised: that ends every older key at once.",
  },
  key_is_last: {
    status: 409,
    title: "This is the only key alive",
    mend: "Rotate instead: with compromised the old key ends at once and a new one takes its place.",
  },
  key_not_alive: {
    status: 409,
    title: "This key is not alive any more",
    mend: "Nothing has to be done: it is refused already. List the keys to see which are alive.",
  },
} as const satisfies ErrorTable;

export const DEPLOYMENT_ERROR_EXAMPLES: ExampleTable<keyof typeof DEPLOYMENT_ERRORS> = {
  deployment_archived: {
    detail:
      'The deployment "Personal loans" is archived and takes no new sessions. Journeys under way can be finished and results stay. Un-archive it, or use the Integration ID and key of another deployment.',
  },
  deployment_name_taken: { detail: 'This company has a deployment named "Cards" already; choose another name.' },
  logo_invalid: { detail: "The logo is 3000 × 900 pixels; it may have 1024 on the longer side." },
  copy_outdated: {
    detail: "Settings of one side were changed after this preview was made. Ask for it again and look at what differs.",
  },
  key_rotation_running: {
    detail:
      "Two API keys are alive: ts_test_…x7Qa is accepted until 2026-11-26T09:00:00Z. Revoke it first, or wait; at most two may be alive.",
  },
  key_is_last: {
    detail: "ts_live_…x7Qa is the only API key of this environment: without it nothing could be created or signed.",
  },
  key_not_alive: { detail: "ts_live_…x7Qa was revoked at 2026-11-25T09:00:00Z." },
};
