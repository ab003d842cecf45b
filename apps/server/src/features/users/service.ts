export { requireRecentConfirmation } from "./sign-in/confirmation.ts";
export { SEALED_TOTP, totpContext } from "./second-factor/sealed.ts";
export { startSignInSweep } from "./sign-in/housekeeping.ts";
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
} from "./accounts/operator.ts";
export { actorNames } from "./accounts/actor-names.ts";
export { usableAdminMails } from "./team/admin-mails.ts";
export { write as writeMail } from "./team/mail-texts.ts";
