import { ERRORS, EVENT_EXAMPLES, OPERATIONS, eventSchemas, type Operation } from "@tallystick/contract";
import { z } from "zod";
import { schemaRows, type JsonSchema } from "./schema-rows.ts";

const AUTH_WORDS: Readonly<Record<Operation["auth"], string>> = {
  api_key_or_signature: "header `api-key` (mode A), or header `X-Signature` over the body (mode B)",
  api_key: "header `api-key`",
  journey: "the journey's cookie, or the header `tallystick-journey`",
  person: "a person's sign-in (cookie); with anything but GET also the header `x-csrf-token`",
  none: "none",
  metrics_token: "`Authorization: Bearer <METRICS_TOKEN>`, or loopback when none is set",
};

function cell(text: string): string {
  return text.replace(/\|/g, "\\|").replace(/\n/g, " ");
}

function json(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}

function rowsOf(schema: z.ZodType, io: "input" | "output") {
  // zod's own type allows `true` and `false` as schemas anywhere; it never writes them for our objects.
  return schemaRows(z.toJSONSchema(schema, { io, unrepresentable: "any" }) as JsonSchema);
}

function memberTable(schema: z.ZodType, io: "input" | "output"): string {
  const rows = rowsOf(schema, io);
  if (rows.length === 0) return "";
  const lines = rows.map(
    (row) => `| \`${row.name}\` | ${cell(row.type)} | ${row.required ? "yes" : "no"} | ${cell(row.meaning)} |`,
  );
  return `| Member | Type | ${io === "input" ? "Required" : "Always there"} | Meaning |\n| --- | --- | --- | --- |\n${lines.join("\n")}`;
}

function parameterText(operation: Operation): string {
  const query = operation.query === undefined ? [] : rowsOf(operation.query, "input");
  const parameters = [
    ...operation.parameters,
    ...query.map((row) => ({ in: "query", name: row.name, required: row.required, description: row.meaning })),
  ];
  if (parameters.length === 0) return "";
  const lines = parameters.map(
    (parameter) =>
      `| \`${parameter.name}\` | ${parameter.in} | ${parameter.required ? "yes" : "no"} | ${cell(parameter.description)} |`,
  );
  return `| Parameter | In | Required | Meaning |\n| --- | --- | --- | --- |\n${lines.join("\n")}`;
}

function answerText(operation: Operation): string {
  const parts = operation.answers.map((answer) => {
    const isJson = answer.schema !== undefined && answer.contentType === undefined;
    const table =
      isJson && answer.status === 200 && answer.schema !== undefined ? memberTable(answer.schema, "output") : "";
    const example = isJson && answer.example !== undefined ? json(answer.example) : "";
    return [`**${String(answer.status)}** ${answer.description}`, table, example]
      .filter((part) => part !== "")
      .join("\n\n");
  });
  return parts.join("\n\n");
}

function errorText(operation: Operation): string {
  if (operation.errors.length === 0) return "";
  const lines = operation.errors.map(
    (code) => `| ${String(ERRORS[code].status)} | [\`${code}\`](errors.md#${code}) | ${cell(ERRORS[code].title)} |`,
  );
  return `| Status | Code | What it says |\n| --- | --- | --- |\n${lines.join("\n")}`;
}

function operationMarkdown(operation: Operation): string {
  const { request } = operation;
  const parts = [
    `### ${operation.summary}`,
    `\`${operation.method.toUpperCase()} ${operation.path}\``,
    operation.description,
    `Credentials: ${AUTH_WORDS[operation.auth]}.`,
    parameterText(operation),
    request === undefined ? "" : `**Request**\n\n${memberTable(request.schema, "input")}\n\n${json(request.example)}`,
    answerText(operation),
    errorText(operation),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function eventMarkdown(event: (typeof eventSchemas)[number]): string {
  const type = event.shape.type.value;
  return `### ${type}\n\n${memberTable(event, "output")}\n\n${json(EVENT_EXAMPLES[type])}`;
}

const SECTIONS = [
  {
    tag: "sessions",
    title: "Sessions",
    intro: "Called by the lender's server, never from a browser or an app: the API key must stay with you.",
  },
  {
    tag: "results",
    title: "Results and events",
    intro:
      "Reading what was sent, or what would have been; the guide is [Read results and events](../guides/read-api.md).",
  },
  {
    tag: "reconcile",
    title: "Reconcile",
    intro: "Your own list of uids against ours; the guide is [Find and reconcile](../guides/find-and-reconcile.md).",
  },
  {
    tag: "webhooks",
    title: "Webhook test",
    intro:
      "What the events carry stands under [Events](#events); how to receive them in the guide [Webhooks](../guides/webhooks.md).",
  },
  { tag: "system", title: "System", intro: "For the people and machines that run the server." },
  {
    tag: "journey",
    title: "Journey (internal)",
    intro:
      "What the applicant's page speaks with its own server. Described so that it can be reviewed and tested; it is no interface for lenders and changes with the app.",
  },
] as const;

/** `docs/reference/api.md`, from the same table as /openapi.json. */
export function apiReferenceMarkdown(): string {
  const sections = SECTIONS.map(({ tag, title, intro }) => {
    const operations = OPERATIONS.filter((operation) => operation.tag === tag).map(operationMarkdown);
    return `## ${title}\n\n${intro}\n\n${operations.join("\n\n")}`;
  });
  const events = `## Events

Each is the \`event\` of the envelope \`{"uid", "integration_id", "event"}\` that is posted to your webhook URL. Times are epoch
seconds, scores integers, shares decimal strings. Members may be added; ignore those you do not know.

${eventSchemas.map(eventMarkdown).join("\n\n")}`;
  return `# API reference

The same description for machines is served as \`/openapi.json\` (OpenAPI 3.1). Refusals carry a code; each has
[a page of its own](errors.md).

${[...sections.slice(0, 3), events, ...sections.slice(3)].join("\n\n")}
`;
}
