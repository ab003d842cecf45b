export { requireRecentConfirmation } from "./confirmation.ts";
