import { fail } from "../../infra/errors.ts";

export function unknownDeployment(deploymentId: string): Error {
  return fail(
    "deployment_unknown",
    `There is no deployment "${deploymentId}" in this company. List them with: tallystick deployment list`,
  );
}
