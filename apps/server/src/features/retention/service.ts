export { erasureView, holdView } from "./views.ts";
export { listHolds, placeHold, releaseHold, type Hold } from "./holds.ts";
export { erasureById, listErasures, requestErasure, type EraseRequest, type Erasure } from "./erasure.ts";
export { eraseDue, startErasures } from "./erasure-job.ts";
export { auditDaysOf, setAuditDays, startRetention, sweepCompany } from "./sweep.ts";
