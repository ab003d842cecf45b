export { SYSTEM, cliActor, record, recordEach, recordReading, type Actor } from "./record.ts";
export { exportAudit, listAudit, type AuditFilter, type AuditItem } from "./reading.ts";
export { purgeAudit } from "./purge.ts";
export { sealCompany, startSealer } from "./sealer.ts";
export { verifyChain, type ChainHead, type ChainReport } from "./verify.ts";
