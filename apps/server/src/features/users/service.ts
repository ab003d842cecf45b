export { requireRecentConfirmation } from "./confirmation.ts";
export { SEALED_TOTP, totpContext } from "./sealed.ts";
export { startSignInSweep } from "./housekeeping.ts";
export {
  createAdmin,
  disableUser,
  enableUser,
  findUser,
  listUsers,
  ONE_TIME_DAYS,
  resetPassword,
  resetSecondFactor,
  type User,
} from "./operator.ts";
