export * from "./errors.ts";
export * from "./events.ts";
export * from "./journey-api.ts";
export * from "./lender-api.ts";
export * from "./settings.ts";
