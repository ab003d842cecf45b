export { requireRecentConfirmation } from "./confirmation.ts";
export { SEALED_TOTP, totpContext } from "./sealed.ts";
