import { LANGUAGE_CODES, LINK_STATES, MESSAGE_CHANNELS, SHEET_LANGUAGES, type LinkMessage } from "@tallystick/contract";

import { cliActor } from "../../features/audit/service.ts";
import { drawLink, exportLinks, messageFor, printLinks } from "../../features/links/service.ts";
import type { Command, CommandAnswer } from "../command.ts";
import { COMPANY, namedBatch, namedSession, noteLocalLinks, readChoice } from "./links-place.ts";
import { readNumber } from "./read-options.ts";
import { saveLines } from "./save-lines.ts";

const LANGUAGE = {
  type: "string",
  value: "TAG",
  description: `language of the message: ${LANGUAGE_CODES.join(", ")}; default en`,
} as const;

export const linkExport: Command = {
  name: "link export",
  summary: "Write the links of a batch to a CSV file, with the message to send when asked",
  positionals: ["BATCH", "FILE"],
  options: {
    status: { type: "string", value: "STATUS", description: "only links of this status" },
    message: { type: "string", value: "CHANNEL", description: "add a column with the message: sms or whatsapp" },
    language: LANGUAGE,
    company: COMPANY,
  },
  example: "npx tallystick link export bat_01k9zq0000000000000000000a links.csv --message sms --language es",
  run: async (deps, args, io) => {
    const wantsStatus = args.text("status") !== undefined;
    const wantsMessage = args.text("message") !== undefined;
    const lines = await exportLinks(deps, {
      ...(await namedBatch(deps, args)),
      actor: cliActor(io.osUser),
      status: wantsStatus ? readChoice(args, "status", { words: LINK_STATES, otherwise: "created" }) : undefined,
      channel: wantsMessage
        ? readChoice(args, "message", { words: MESSAGE_CHANNELS, otherwise: "sms" as const })
        : undefined,
      language: readChoice(args, "language", { words: LANGUAGE_CODES, otherwise: "en" }),
    });
    noteLocalLinks(deps, io);
    return saved(args.positionals[1] ?? "", lines);
  },
};

export const linkSheet: Command = {
  name: "link sheet",
  summary: "Write the links of a batch as a PDF of QR codes to print and cut",
  positionals: ["BATCH", "FILE"],
  options: {
    paper: { type: "string", value: "PAPER", description: "a4 (default) or letter" },
    from: { type: "string", value: "N", description: "first link, counted from 1" },
    count: { type: "string", value: "N", description: "so many codes, at most 2000; default 2000" },
    language: {
      type: "string",
      value: "TAG",
      description: `of the line below: ${SHEET_LANGUAGES.join(", ")}; default en`,
    },
    company: COMPANY,
  },
  example: "npx tallystick link sheet bat_01k9zq0000000000000000000a sheet.pdf --paper letter",
  run: async (deps, args, io) => {
    const sheet = await printLinks(deps, {
      ...(await namedBatch(deps, args)),
      actor: cliActor(io.osUser),
      paper: readChoice(args, "paper", { words: ["a4", "letter"], otherwise: "a4" }),
      from: readNumber(args, "from", { least: 1, most: 50_000 }) ?? 1,
      count: readNumber(args, "count", { least: 1, most: 2000 }) ?? 2000,
      language: readChoice(args, "language", { words: SHEET_LANGUAGES, otherwise: "en" }),
    });
    noteLocalLinks(deps, io);
    return saved(args.positionals[1] ?? "", sheet as AsyncIterable<Uint8Array>);
  },
};

export const linkQr: Command = {
  name: "link qr",
  summary: "Write the QR code of a link to an SVG or PNG file",
  positionals: ["SESSION", "FILE"],
  options: {
    format: { type: "string", value: "FORMAT", description: "svg (default) or png" },
    scale: { type: "string", value: "N", description: "pixels of a module in a PNG, 1 to 40; default 8" },
    company: COMPANY,
  },
  example: "npx tallystick link qr ses_01k9zq0000000000000000000a link.png --format png",
  run: async (deps, args, io) => {
    const { environment, sessionId } = await namedSession(deps, args);
    const format = readChoice(args, "format", { words: ["svg", "png"], otherwise: "svg" });
    const scale = readNumber(args, "scale", { least: 1, most: 40 }) ?? 8;
    const { body } = await drawLink(deps, environment, { sessionId, format, scale });
    noteLocalLinks(deps, io);
    return saved(args.positionals[1] ?? "", [body]);
  },
};

export const linkMessage: Command = {
  name: "link message",
  summary: "Show the message that brings a link, and how many SMS it takes; nothing is sent",
  positionals: ["BATCH"],
  options: {
    channel: { type: "string", value: "CHANNEL", description: "sms (default) or whatsapp" },
    language: LANGUAGE,
    text: { type: "string", value: "TEXT", description: "your own text with {link}, {lender}, {minutes}, {until}" },
    company: COMPANY,
  },
  example: "npx tallystick link message bat_01k9zq0000000000000000000a --channel sms --language sw",
  run: async (deps, args) => {
    const { environment, batchId } = await namedBatch(deps, args);
    const message = await messageFor(deps, environment, {
      batchId,
      channel: readChoice(args, "channel", { words: MESSAGE_CHANNELS, otherwise: "sms" }),
      language: readChoice(args, "language", { words: LANGUAGE_CODES, otherwise: "en" }),
      text: args.text("text"),
    });
    return { json: message, text: `${message.example}\n\n${lengthText(message)}\n` };
  },
};

function lengthText({ channel, example, length }: LinkMessage): string {
  const { encoding, units, segments, forced_by: forced } = length;
  // WhatsApp takes any of these and counts no segments.
  if (channel === "whatsapp") return `${example.length} characters; sent as SMS it would take ${segments}`;
  const why = forced.length === 0 ? "" : `, because of ${forced.slice(0, 10).join(" ")}`;
  return `${units} ${encoding === "gsm7" ? "septets" : "16-bit units"} (${encoding}${why}), ${segments} SMS`;
}

async function saved(
  file: string,
  chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): Promise<CommandAnswer> {
  const { bytes, sha256 } = await saveLines(file, each(chunks));
  return { json: { file, bytes, sha256 }, text: `Wrote ${file} (${bytes} bytes)\nsha256 ${sha256}\n` };
}

async function* each<T>(chunks: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
  yield* chunks;
}
