import { Menu as Base } from "@base-ui/react/menu";
import type { ReactNode } from "react";

import { Button } from "./button.tsx";
import type { Choice } from "./fields.tsx";
import { Icon } from "./icons.tsx";

interface PickManyProps<Value extends string> {
  readonly label: string;
  readonly choices: readonly Choice<Value>[];
  readonly chosen: readonly Value[];
  readonly onChange: (chosen: readonly Value[]) => void;
}

/** Several of a list, under one button that says how many are chosen. Stays open while one picks. */
export function PickMany<Value extends string>({ label, choices, chosen, onChange }: PickManyProps<Value>): ReactNode {
  return (
    <Base.Root>
      <Base.Trigger
        render={
          <Button>
            {label}
            {chosen.length > 0 && <span className="badge note">{chosen.length}</span>}
            <Icon name="down" />
          </Button>
        }
      />
      <Base.Portal>
        <Base.Positioner sideOffset={6} align="start" className="menu-place">
          <Base.Popup className="menu">
            {choices.map(({ value, label: words }) => (
              <Base.CheckboxItem
                key={value}
                className="menu-item"
                closeOnClick={false}
                checked={chosen.includes(value)}
                onCheckedChange={(isOn) => onChange(isOn ? [...chosen, value] : chosen.filter((one) => one !== value))}
              >
                <span className="tick">{chosen.includes(value) && <Icon name="check" />}</span>
                {words}
              </Base.CheckboxItem>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
