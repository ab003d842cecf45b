import type { CreateSessionRequest } from "@tallystick/contract";

import { AppError, fail } from "../../infra/errors.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { personalShapeOfText, personalShapeOfUid } from "./personal-data.ts";
import { checkUidForm, checkUidReserved, SIM_PREFIXES, simPrefixOf, type SimPrefix } from "./uid.ts";

export interface Warning {
  readonly code: string;
  readonly detail: string;
}

export interface Judgement {
  readonly warnings: readonly Warning[];
  /** One of the environment's languages, or null for its default. */
  readonly language: string | null;
  /** Set when a simulated applicant plays this session. */
  readonly simPrefix: SimPrefix | null;
}

/** What one uid would be answered, without a session: nothing is stored or asked of the database. */
export interface UidJudgement {
  readonly warnings: readonly Warning[];
  /** One of the environment's languages, or null for its default. */
  readonly language: string | null;
  /** Set when a simulated applicant would play it. */
  readonly simPrefix: SimPrefix | null;
  /** `uid_invalid`, `uid_reserved`, `uid_looks_personal`, `metadata_looks_personal`; absent: it may be used. */
  readonly error?: { readonly code: string; readonly detail: string };
}

/** For lists, where one bad line must not hide the others. */
export function judgeUid(
  environment: EnvironmentAccess,
  uid: string,
  more: Pick<CreateSessionRequest, "language" | "metadata"> = {},
): UidJudgement {
  try {
    const request = { uid, integration_id: environment.integrationId, ...more };
    const { warnings, language, simPrefix } = judgeRequest(environment, request);
    return { warnings, language, simPrefix };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { warnings: [], language: null, simPrefix: null, error: { code: error.code, detail: error.message } };
  }
}

/** Throws `uid_invalid`, `uid_reserved`, `uid_looks_personal`, `metadata_looks_personal`; everything milder warns. */
export function judgeRequest(environment: EnvironmentAccess, request: CreateSessionRequest): Judgement {
  const { uid } = request;
  checkUidForm(uid);
  checkUidReserved(uid, environment.kind);
  const simPrefix = simPrefixOf(uid, environment.kind);
  const language = pickLanguage(environment.settings.languages, request.language);
  const warnings: Warning[] = [];
  if (simPrefix === null) {
    warnings.push(...personalData(environment, request));
    if (uid.startsWith("SIM-")) warnings.push(unknownSimPrefix());
  }
  if (request.language !== undefined && language === null) warnings.push(languageNotOffered(environment));
  return { warnings, language, simPrefix };
}

function personalData(environment: EnvironmentAccess, request: CreateSessionRequest): readonly Warning[] {
  const year = new Date().getUTCFullYear();
  const warnings: Warning[] = [];
  const uidShape = personalShapeOfUid(request.uid, year);
  if (uidShape !== null) warnings.push({ code: "uid_looks_personal", detail: `uid looks like ${uidShape}` });
  for (const [name, value] of Object.entries(request.metadata ?? {})) {
    const shape = personalShapeOfText(value, year);
    if (shape !== null)
      warnings.push({ code: "metadata_looks_personal", detail: `metadata.${name} looks like ${shape}` });
  }
  const [first] = warnings;
  if (first === undefined || environment.settings.personal_data_check === "warn") return warnings;
  const code = uidShape === null ? "metadata_looks_personal" : "uid_looks_personal";
  throw fail(code, `${first.detail}; this environment refuses personal data. Send an identifier of your own.`);
}

/** The offered language that the wish names, by itself (`es`) or with a region (`es-MX`). */
function pickLanguage(offered: readonly string[], wish: string | undefined): string | null {
  if (wish === undefined) return null;
  const [primary] = wish.toLowerCase().split(/[-_]/);
  return offered.find((language) => language === wish.toLowerCase() || language === primary) ?? null;
}

function languageNotOffered(environment: EnvironmentAccess): Warning {
  const { languages } = environment.settings;
  return {
    code: "language_not_offered",
    detail: `This environment offers ${languages.join(", ")}; the journey starts in ${languages[0] ?? "en"}`,
  };
}

function unknownSimPrefix(): Warning {
  return {
    code: "simulation_unknown",
    detail: `No simulated applicant answers to this uid, so nobody will play it; the sandbox knows ${SIM_PREFIXES.join(", ")}`,
  };
}
