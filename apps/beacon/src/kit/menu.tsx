import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";

import { Icon, type IconName } from "./icons.tsx";

export type MenuItem =
  | { readonly label: string; readonly icon?: IconName; readonly isDangerous?: boolean; readonly onPick: () => void }
  | { readonly label: string; readonly icon?: IconName; readonly link: ReactElement };

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly items: readonly MenuItem[];
  /** Said above the items. */
  readonly head?: ReactNode;
}

/** A list of acts under a button: arrows, letters and Escape work. */
export function Menu({ trigger, items, head }: MenuProps): ReactNode {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} align="end" className="menu-place">
          <Base.Popup className="menu">
            {head !== undefined && <div className="menu-head">{head}</div>}
            {items.map((item) => (
              <Base.Item
                key={item.label}
                className={`menu-item ${"isDangerous" in item && item.isDangerous === true ? "danger" : ""}`}
                {...("link" in item ? { render: item.link } : { onClick: item.onPick })}
              >
                {item.icon !== undefined && <Icon name={item.icon} />}
                {item.label}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
