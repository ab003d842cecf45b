export { readHome } from "./home.ts";
export { keepDays, startMonitoringKeeper } from "./keeper.ts";
export { readMonitoring } from "./monitoring.ts";
