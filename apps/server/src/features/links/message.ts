import { LANGUAGES, type LanguageCode, type LinkMessage, type MessageChannel } from "@tallystick/contract";
import { findTask } from "@tallystick/tasks";

import type { Deps } from "../../infra/deps.ts";
import { fail } from "../../infra/errors.ts";
import type { EnvironmentAccess } from "../deployments/service.ts";
import { readSession } from "../sessions/lifecycle.ts";
import { readClock, type BatchRow } from "./batch-store.ts";
import { firstLink, linkUrl, readyBatch } from "./batches.ts";
import { smsLength } from "./sms-length.ts";
import { TEMPLATES } from "./templates.ts";

export interface MessageWish {
  readonly channel: MessageChannel;
  readonly language: LanguageCode;
  /** Instead of the template. */
  readonly text?: string | undefined;
}

const PLACEHOLDERS = ["lender", "link", "minutes", "until"] as const;
type Placeholder = (typeof PLACEHOLDERS)[number];

/**
 * The text as it goes out to the first link of the batch, and how long that is. Nothing is sent. Throws
 * `link_message_invalid`, `link_batch_unknown`, `link_batch_not_ready`.
 */
export async function messageFor(
  deps: Deps,
  environment: EnvironmentAccess,
  wish: MessageWish & { readonly batchId: string },
): Promise<LinkMessage> {
  const batch = await readyBatch(deps, environment, wish.batchId);
  const template = wish.text === undefined ? TEMPLATES[wish.channel][wish.language] : checkText(wish.text);
  const write = await messageWriter(deps, environment, { batch, template, language: wish.language });
  const first = await firstLink(deps, batch);
  // Without a link left, one as long as every other shows the length.
  const example = write(linkUrl(deps, first?.linkCode ?? "0".repeat(12)), first?.expiresAt ?? batch.validUntil);
  return {
    channel: wish.channel,
    language: wish.language,
    direction: LANGUAGES[wish.language].direction,
    template,
    example,
    length: smsLength(example),
  };
}

/** Fills a template in for one link after the other. */
export async function messageWriter(
  deps: Deps,
  environment: EnvironmentAccess,
  options: { readonly batch: BatchRow; readonly template: string; readonly language: LanguageCode },
): Promise<(link: string, until: Date) => string> {
  const { batch, template, language } = options;
  return writerFor(deps, environment, { minutes: await minutesOf(deps, batch), template, language });
}

/** The same for links that are not made yet. `minutes`: how long the games take. */
export async function writerFor(
  deps: Deps,
  environment: EnvironmentAccess,
  options: { readonly minutes: number; readonly template: string; readonly language: LanguageCode },
): Promise<(link: string, until: Date) => string> {
  const { template, language } = options;
  const lender = environment.settings.brand.lender_name ?? environment.companyName;
  const minutes = String(options.minutes);
  const writeDay = await dayWriter(deps, language);
  return (link, until) => {
    const values: Readonly<Record<Placeholder, string>> = { lender, link, minutes, until: writeDay(until) };
    return template.replace(/\{(\w+)\}/g, (whole, name: Placeholder) => values[name] ?? whole);
  };
}

const DAY_MS = 86_400_000;

/**
 * Names the last day on which a link still works to its end, or the minute when that day is past already. A person
 * reads "until 31 Jan" as the whole of it.
 */
async function dayWriter(deps: Deps, language: LanguageCode): Promise<(until: Date) => string> {
  const now = await readClock(deps.db);
  const options = { day: "numeric", month: "short", timeZone: "UTC" } as const;
  // Month before day is the custom of one country.
  const locale = language === "en" ? "en-GB" : language;
  const day = new Intl.DateTimeFormat(locale, options);
  const minute = new Intl.DateTimeFormat(locale, { ...options, hour: "2-digit", minute: "2-digit", hour12: false });
  return (until) => {
    const lastDay = new Date(Math.floor(until.getTime() / DAY_MS) * DAY_MS - 1);
    return lastDay.getTime() > now.getTime() ? day.format(lastDay) : `${minute.format(until)} UTC`;
  };
}

/** The text, if every link can be filled in. Throws `link_message_invalid`. */
export function checkText(text: string): string {
  const used = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name ?? "");
  const links = used.filter((name) => name === "link").length;
  if (links === 0) throw fail("link_message_invalid", "The text has no {link}; without it nobody can begin.");
  if (links > 1) throw fail("link_message_invalid", "The text has {link} more than once; a person has one link.");
  const unknown = used.find((name) => !PLACEHOLDERS.some((known) => known === name));
  if (unknown !== undefined) {
    const names = PLACEHOLDERS.map((name) => `{${name}}`).join(", ");
    throw fail("link_message_invalid", `{${unknown.slice(0, 40)}} is no placeholder; there are ${names}.`);
  }
  // Directly beside a letter or a full stop, phones take those for a part of the address.
  if (/\{link\}[^\s]/.test(text) || /[^\s(]\{link\}/.test(text)) {
    throw fail(
      "link_message_invalid",
      "Leave a space or a new line before and after {link}, so that phones find its ends.",
    );
  }
  return text;
}

/** Of the tasks that were pinned when the batch was made, rounded up. */
async function minutesOf(deps: Deps, batch: BatchRow): Promise<number> {
  const first = await firstLink(deps, batch);
  const session = first && (await readSession(deps.db, { companyId: batch.companyId, sessionId: first.sessionId }));
  return plannedMinutes(session?.taskPlan ?? []);
}

/** How long these tasks take most people, rounded up. */
export function plannedMinutes(tasks: readonly { readonly key: string; readonly version: number }[]): number {
  const seconds = tasks.reduce((sum, { key, version }) => sum + (findTask(key, version)?.spec.durationSeconds ?? 0), 0);
  return Math.max(1, Math.ceil(seconds / 60));
}
