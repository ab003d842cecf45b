import { cliActor } from "../../features/audit/service.ts";
import { createCompany, listCompanies } from "../../features/companies/service.ts";
import type { Command } from "../command.ts";
import { table } from "./table.ts";

export const companyCreate: Command = {
  name: "company create",
  summary: "Create a company, which owns deployments",
  positionals: [],
  options: { name: { type: "string", value: "NAME", description: "what people call it", required: true } },
  example: 'npx tallystick company create --name "Acme Microfinance"',
  run: async (deps, args, io) => {
    const name = (args.text("name") ?? "").trim();
    const { companyId } = await createCompany(deps, { name, actor: cliActor(io.osUser) });
    return { json: { company_id: companyId, name }, text: `Created company "${name}": ${companyId}\n` };
  },
};

export const companyList: Command = {
  name: "company list",
  summary: "List the companies",
  positionals: [],
  options: {},
  example: "npx tallystick company list",
  run: async (deps) => {
    const companies = await listCompanies(deps);
    return {
      json: {
        companies: companies.map(({ companyId, name, createdAt }) => ({
          company_id: companyId,
          name,
          created_at: createdAt.toISOString(),
        })),
      },
      text: table(
        ["COMPANY", "NAME", "CREATED"],
        companies.map(({ companyId, name, createdAt }) => [companyId, name, createdAt.toISOString()]),
        'No company yet. Create one with: tallystick company create --name "…"',
      ),
    };
  },
};
