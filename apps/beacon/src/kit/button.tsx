import type { ComponentProps, ReactNode } from "react";

import { Icon, type IconName } from "./icons.tsx";

type Look = "plain" | "primary" | "danger" | "quiet";

interface ButtonProps extends ComponentProps<"button"> {
  readonly look?: Look;
  readonly icon?: IconName;
  /** Work goes on: it can not be pressed again, and says so to a screen reader. Focus stays on it. */
  readonly isBusy?: boolean;
}

export function Button({
  look = "plain",
  icon,
  isBusy = false,
  children,
  onClick,
  className,
  ...rest
}: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      className={`button ${look} ${className ?? ""}`}
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {isBusy ? <span className="spinner" aria-hidden="true" /> : icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends ComponentProps<"button"> {
  readonly icon: IconName;
  /** What it does, for those who do not see the drawing; also the tooltip. */
  readonly label: string;
}

export function IconButton({ icon, label, className, ...rest }: IconButtonProps): ReactNode {
  return (
    <button type="button" title={label} aria-label={label} {...rest} className={`icon-button ${className ?? ""}`}>
      <Icon name={icon} />
    </button>
  );
}
