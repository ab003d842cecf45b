export { erasureView, holdView } from "./views.ts";
export { holdOf, listHolds, placeHold, releaseHold, type Hold } from "./holds.ts";
export { eraseByUid, erasureById, listErasures, requestErasure, type EraseRequest, type Erasure } from "./erasure.ts";
export { eraseDue, startErasures } from "./erasure-job.ts";
export { auditDaysOf, setAuditDays, startRetention, sweepCompany, type Sweep } from "./sweep.ts";
