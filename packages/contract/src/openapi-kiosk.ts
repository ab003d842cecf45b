import type { Answer, Operation, Parameter } from "./operation.ts";

/** Screens of a shared device in a branch: what staff see between two applicants. */

const INTEGRATION_ID: Parameter = {
  in: "path",
  name: "integration_id",
  required: true,
  description: "The Integration ID of an environment whose use case is `in_branch_shared_device`.",
  example: "0123456789abcdef01234567",
};

const NEUTRAL: Answer = {
  status: 404,
  description: "The neutral page: no such environment, or one for people's own devices.",
  contentType: "text/html",
};

export const KIOSK_OPERATIONS: readonly Operation[] = [
  {
    id: "getStaffScreen",
    method: "get",
    path: "/kiosk/{integration_id}",
    tag: "journey",
    summary: "The staff screen of a shared device",
    description:
      "A field for the next applicant's code or link. Coming here ends every journey cookie of the browser; the journeys themselves stay open.",
    auth: "none",
    parameters: [INTEGRATION_ID],
    answers: [{ status: 200, description: "The page.", contentType: "text/html" }, NEUTRAL],
    errors: [],
  },
  {
    id: "openFromStaffScreen",
    method: "get",
    path: "/kiosk/{integration_id}/open",
    tag: "journey",
    summary: "Open a typed or scanned link on a shared device",
    description: "Takes a code in any case and spacing, or a link. Changes no state, like every opening of a link.",
    auth: "none",
    parameters: [
      INTEGRATION_ID,
      { in: "query", name: "code", required: true, description: "A code or a link.", example: "7k3m 9x2q 4w8z" },
    ],
    answers: [
      {
        status: 303,
        description:
          "To `/play/{session_id}`. When no link of this deployment was found: back to the staff screen, which says so.",
        headers: { location: "The page of the journey, or the staff screen" },
      },
      NEUTRAL,
      { status: 429, description: "A page that tries again by itself.", contentType: "text/html" },
    ],
    errors: [],
  },
  {
    id: "getHandBackPage",
    method: "get",
    path: "/kiosk/{integration_id}/end",
    tag: "journey",
    summary: "The page that asks for the device",
    description:
      "Shown after a journey has ended, under an address that names nobody; goes on to the lender's redirect, else to the staff screen.",
    auth: "none",
    parameters: [
      INTEGRATION_ID,
      {
        in: "query",
        name: "outcome",
        required: true,
        description: "How the journey ended: completed, again, cancelled, withdrawn, incomplete or expired.",
        example: "completed",
      },
    ],
    answers: [
      { status: 200, description: "The page.", contentType: "text/html" },
      {
        status: 303,
        description: "Without a known outcome: to the staff screen.",
        headers: { location: "Staff screen" },
      },
      NEUTRAL,
    ],
    errors: [],
  },
];
