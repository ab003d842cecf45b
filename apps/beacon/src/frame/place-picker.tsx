import type { ReactNode } from "react";

import { SelectField } from "../kit/fields.tsx";
import { useDeployments } from "./company.ts";
import { ENVIRONMENTS, type Environment } from "./search.ts";

interface PlacePickerProps {
  readonly deploymentId: string;
  readonly environment: Environment;
  readonly onPick: (place: { readonly deploymentId: string; readonly environment: Environment }) => void;
}

/** Which side of which deployment a page shows. */
export function PlacePicker({ deploymentId, environment, onPick }: PlacePickerProps): ReactNode {
  const deployments = useDeployments().data?.items ?? [];
  return (
    <>
      <SelectField
        label="Deployment"
        value={deploymentId}
        choices={deployments.map((one) => ({ value: one.deployment_id, label: one.name }))}
        onPick={(next) => onPick({ deploymentId: next, environment })}
      />
      <SelectField
        label="Environment"
        value={environment}
        choices={ENVIRONMENTS.toReversed().map((value) => ({ value, label: value === "test" ? "Test" : "Production" }))}
        onPick={(next) => onPick({ deploymentId, environment: next })}
      />
    </>
  );
}
