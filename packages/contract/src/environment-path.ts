import { z } from "zod";

/** What the addresses of one environment of a company have in common. */

export const COMPANY_PATH = "/beacon/api/companies/{company_id}";
export const ENVIRONMENT_PATH = `${COMPANY_PATH}/environments/{environment_id}` as const;

export const COMPANY_PARAMETER = {
  in: "path",
  name: "company_id",
  required: true,
  description: "The company",
} as const;
export const ENVIRONMENT_PARAMETERS = [
  COMPANY_PARAMETER,
  { in: "path", name: "environment_id", required: true, description: "The environment" },
] as const;

export const environmentKindSchema = z.enum(["test", "production"]).describe("Two fully separate environments");
