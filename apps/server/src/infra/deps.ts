import type { Config } from "../config.ts";
import type { Database } from "./database.ts";
import type { Ids } from "./ids.ts";
import type { Logger } from "./logger.ts";
import type { Mailer } from "./mail.ts";
import type { Metrics } from "./metrics.ts";
import type { Secrets } from "./secrets.ts";
import type { Signals } from "./signals.ts";

/** What every service gets as its first argument. Built once in `start/`, or by a test. */
export interface Deps {
  readonly config: Config;
  /** Everything but erasing: this role can not change or remove what has happened. */
  readonly db: Database;
  /** Erasing and retention only: this role takes content away and can add none. */
  readonly eraser: Database;
  readonly secrets: Secrets;
  readonly ids: Ids;
  readonly log: Logger;
  readonly mail: Mailer;
  readonly metrics: Metrics;
  readonly signals: Signals;
}
