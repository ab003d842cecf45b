export * from "./error-examples.ts";
export * from "./errors.ts";
export * from "./events.ts";
export * from "./journey-api.ts";
export * from "./lender-api.ts";
export * from "./openapi.ts";
export * from "./operation.ts";
export * from "./settings.ts";
