import { UsageError, type CommandArgs } from "../command.ts";

/** Epoch seconds of an ISO date (midnight UTC) or date and time; undefined when the option was not given. */
export function readTime(args: CommandArgs, option: string): number | undefined {
  const text = args.text(option);
  if (text === undefined) return undefined;
  const isIso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const ms = isIso ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw new UsageError(`--${option} takes a date such as 2026-01-31 or a time such as 2026-01-31T09:00:00Z`);
  }
  return Math.floor(ms / 1000);
}

/** A whole number within the bounds; undefined when the option was not given. */
export function readNumber(
  args: CommandArgs,
  option: string,
  bounds: { readonly least: number; readonly most: number },
): number | undefined {
  const text = args.text(option);
  if (text === undefined) return undefined;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= bounds.least && number <= bounds.most) return number;
  throw new UsageError(`--${option} takes a whole number from ${bounds.least} to ${bounds.most}`);
}
