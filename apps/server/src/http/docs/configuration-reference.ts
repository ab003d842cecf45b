import { environmentSettingsSchema, SETTING_GUIDE } from "@tallystick/contract";
import { z } from "zod";
import { settingsSchema } from "../../config.ts";
import { schemaRows, type JsonSchema } from "./schema-rows.ts";

function cell(text: string): string {
  return text.replace(/\|/g, "\\|").replace(/\n/g, " ");
}

/** What the variable takes, as it is written in the environment: before any transformation. */
function inputSchema(schema: z.ZodType): JsonSchema {
  // zod's own type allows `true` and `false` as schemas anywhere; it never writes them here.
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
}

/** What an absent variable stands for; lists and absent values show nothing. */
function defaultText(schema: z.ZodType): string {
  const value = schema.safeParse(undefined).data;
  return typeof value === "string" || typeof value === "number" ? `\`${String(value)}\`` : "";
}

function variableRow(name: string, schema: z.ZodType): string {
  const json = inputSchema(schema);
  const fallback = defaultText(schema);
  const choices =
    json.enum === undefined ? "" : ` One of ${json.enum.map((value) => `\`${String(value)}\``).join(", ")}.`;
  return `| \`${name}\` | ${fallback} | ${cell(schema.description ?? "")}${choices} |`;
}

function environmentRows(): readonly string[] {
  return schemaRows(inputSchema(environmentSettingsSchema)).map(
    (row) => `| \`${row.name}\` | ${cell(row.type)} | ${cell(row.meaning)} | ${exampleOf(row.name)} |`,
  );
}

function exampleOf(setting: string): string {
  const example = SETTING_GUIDE[setting]?.example;
  return example === undefined ? "" : `\`${cell(example)}\``;
}

/** `docs/reference/configuration.md`, from the schemas that check the values. */
export function configurationMarkdown(): string {
  const variables = Object.entries(settingsSchema.shape).map(([name, schema]) => variableRow(name, schema));
  return `# Configuration

## The server's environment

Read once, when the server starts. An empty value counts as absent. A wrong value stops the start with a sentence that names
the variable and never repeats the value.

| Variable | Default | Meaning |
| --- | --- | --- |
${variables.join("\n")}

## An environment of a deployment

Test and Production of each deployment have these settings, fully apart from each other. They are set with
\`npx tallystick deployment set <id> --env test|production …\`; \`npx tallystick deployment set --help\` lists the options.

| Setting | Type | Meaning | For instance |
| --- | --- | --- | --- |
${environmentRows().join("\n")}

The webhook URL belongs to the environment too: an http or https URL without credentials in it; Production takes https.
`;
}
