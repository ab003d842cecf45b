import type { ModelArtefact } from "../contract.ts";
import { preview1 } from "./preview-1.ts";

/**
 * As `preview-1.0`, and it also sees that the same applicant was probably measured before under a uid that differs only
 * in case, `_` or leading zeros. The score is the same; trust may be lower by a tenth.
 */
export const preview11: ModelArtefact = {
  ...preview1,
  version: "preview-1.1",
  // One is enough: a second journey of the same person is practice, a third adds little.
  signals: { ...preview1.signals, near_duplicate_uid: { weight: 0.1, from: 0, span: 1 } },
};
