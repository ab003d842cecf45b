import type { ErrorTable, ExampleTable } from "./error-spec.ts";

export const DEPLOYMENT_ERRORS = {
  deployment_archived: {
    status: 409,
    title: "The deployment is archived",
    mend: "Un-archive the deployment, or use the Integration ID and key of another one. Open journeys of an archived deployment can still be finished, and its results stay readable.",
  },
} as const satisfies ErrorTable;

export const DEPLOYMENT_ERROR_EXAMPLES: ExampleTable<keyof typeof DEPLOYMENT_ERRORS> = {
  deployment_archived: {
    detail:
      'The deployment "Personal loans" is archived and takes no new sessions. Journeys under way can be finished and results stay. Un-archive it, or use the Integration ID and key of another deployment.',
  },
};
