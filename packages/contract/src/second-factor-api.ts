import { z } from "zod";

import { PERSON_WRITE_ERRORS } from "./guard-errors.ts";
import { defineOperation, type Operation } from "./operation.ts";

const codeSchema = z.string().min(1).max(100);
const recoveryCodes = z.array(z.string()).describe("Ten; each opens once. They are shown this once");

const RECOVERY_CODES = Array.from({ length: 10 }, (_, i) => `7gk2-m0xd-r5qn-w8ta-c3hv-9p${i}z`);

export const BEGIN_SECOND_FACTOR = defineOperation({
  id: "beginSecondFactor",
  method: "post",
  path: "/beacon/api/me/second-factor",
  tag: "beacon",
  summary: "Begin to set up a second factor",
  description:
    "A new secret for an authenticator app (RFC 6238: SHA-1, 6 digits, 30 seconds). Nothing changes before its first code is sent to …/confirm; beginning again replaces the secret. Asks for a confirmation within the last 15 minutes.",
  auth: "person",
  role: "signed_in",
  parameters: [],
  answers: [
    {
      status: 200,
      description: "The secret as text, and the address that holds it, also as the QR code that apps read.",
      schema: z.object({
        secret: z.string().describe("Base32"),
        otpauth_uri: z.string(),
        qr: z
          .object({
            size: z.int().describe("Side of the square, in modules, with the quiet zone"),
            path: z.string().describe("The dark modules as the `d` of one SVG path; put white behind it"),
          })
          .describe("The QR code of otpauth_uri"),
      }),
      example: {
        secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        otpauth_uri:
          "otpauth://totp/Tallystick:ana%40lender.example?issuer=Tallystick&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30",
        qr: { size: 61, path: "M4 4h7v1h-7zM13 4h1v1h-1z…" },
      },
    },
  ],
  errors: ["second_factor_exists", "reauthentication_required", ...PERSON_WRITE_ERRORS],
});

export const ENABLE_SECOND_FACTOR = defineOperation({
  id: "enableSecondFactor",
  method: "post",
  path: "/beacon/api/me/second-factor/confirm",
  tag: "beacon",
  summary: "Switch the second factor on",
  description:
    "With the first code of the app. From now on every sign-in asks for a code, other live ones of the person included.",
  auth: "person",
  role: "signed_in",
  parameters: [],
  request: { schema: z.strictObject({ code: codeSchema }), example: { code: "492039" } },
  answers: [
    {
      status: 200,
      description: "On.",
      schema: z.object({ recovery_codes: recoveryCodes }),
      example: { recovery_codes: RECOVERY_CODES },
    },
  ],
  errors: [
    "code_wrong",
    "sign_in_throttled",
    "second_factor_exists",
    "second_factor_missing",
    "reauthentication_required",
    ...PERSON_WRITE_ERRORS,
  ],
});

export const DISABLE_SECOND_FACTOR = defineOperation({
  id: "disableSecondFactor",
  method: "post",
  path: "/beacon/api/me/second-factor/disable",
  tag: "beacon",
  summary: "Switch the second factor off",
  description:
    "Takes a code of the app or a recovery code, and asks for a confirmation within the last 15 minutes. A mail tells of it. Who has lost both asks the operator.",
  auth: "person",
  role: "signed_in",
  parameters: [],
  request: { schema: z.strictObject({ code: codeSchema }), example: { code: "492039" } },
  answers: [{ status: 204, description: "Off; the recovery codes are gone too." }],
  errors: [
    "code_wrong",
    "sign_in_throttled",
    "second_factor_missing",
    "reauthentication_required",
    ...PERSON_WRITE_ERRORS,
  ],
});

export const RENEW_RECOVERY_CODES = defineOperation({
  id: "renewRecoveryCodes",
  method: "post",
  path: "/beacon/api/me/recovery-codes",
  tag: "beacon",
  summary: "Make new recovery codes",
  description:
    "The earlier ones open nothing any more. Takes a code of the app or a recovery code, and asks for a confirmation within the last 15 minutes.",
  auth: "person",
  role: "signed_in",
  parameters: [],
  request: { schema: z.strictObject({ code: codeSchema }), example: { code: "492039" } },
  answers: [
    {
      status: 200,
      description: "The new ones.",
      schema: z.object({ recovery_codes: recoveryCodes }),
      example: { recovery_codes: RECOVERY_CODES },
    },
  ],
  errors: [
    "code_wrong",
    "sign_in_throttled",
    "second_factor_missing",
    "reauthentication_required",
    ...PERSON_WRITE_ERRORS,
  ],
});

export const SECOND_FACTOR_OPERATIONS: readonly Operation[] = [
  BEGIN_SECOND_FACTOR,
  ENABLE_SECOND_FACTOR,
  DISABLE_SECOND_FACTOR,
  RENEW_RECOVERY_CODES,
];
