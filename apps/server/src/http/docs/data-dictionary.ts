import { JOURNEY_FIELDS } from "./journey-dictionary.ts";
import {
  batteries,
  tasks,
  type AnyTaskDefinition,
  type Battery,
  type DataField,
  type MetricSpec,
} from "@tallystick/tasks";

function cell(text: string | undefined): string {
  return (text ?? "").replace(/\|/g, "\\|");
}

function fieldTable(fields: readonly DataField[]): string {
  const rows = fields.map(
    (field) =>
      `| \`${field.name}\` | ${field.type} | ${cell(field.unit)} | ${cell(field.range)} | ${cell(field.description)} |`,
  );
  return `| Name | Type | Unit | Range | Meaning |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}`;
}

function metricTable(metrics: readonly MetricSpec[]): string {
  const rows = metrics.map(
    (metric) =>
      `| \`${metric.name}\` | ${metric.type} | ${cell(metric.unit)} | ${cell(metric.range)} | ${cell(metric.description)} | ${cell(metric.missing)} | ${cell(metric.source)} |`,
  );
  const head =
    "| Name | Type | Unit | Range | Meaning | Missing when | Source |\n| --- | --- | --- | --- | --- | --- | --- |";
  return `${head}\n${rows.join("\n")}`;
}

function taskMarkdown({ spec }: AnyTaskDefinition): string {
  return `## ${spec.title}

\`${spec.key}\` version ${String(spec.version)}, about ${String(spec.durationSeconds)} seconds.

${spec.paradigm}

### Recorded inputs of ${spec.key}

${fieldTable(spec.inputDictionary)}

### Trials of ${spec.key}

${fieldTable(spec.trialDictionary)}

### Metrics of ${spec.key}

${metricTable(spec.metricDictionary)}

### Parameters of ${spec.key}

${fieldTable(spec.parameterDictionary)}`;
}

function batteryRow(battery: Battery): string {
  const list = battery.tasks.map((task) => `\`${task.key}\` v${String(task.version)}`).join(", ");
  const required = battery.requiredMetrics.map((metric) => `\`${metric}\``).join(", ");
  const preview = battery.preview ? "yes" : "no";
  return `| \`${battery.version}\` | ${battery.title} | ${preview} | ${list} | ${required} | \`${battery.defaultModel}\` |`;
}

/** `docs/reference/data-dictionary.md`, from the specs of the tasks themselves. */
export function dataDictionaryMarkdown(): string {
  return `# Data dictionary

Everything that a task records and everything computed from it. A released task version never changes; a change is a new
version, and a session keeps the version it was created with.

Each input also carries \`n\` (its running number inside the attempt), \`at\` (whole milliseconds since the task began) and,
where a person acted, \`source\` (mouse, touch, pen, keyboard, assistive, unknown), \`dx\` and \`dy\` (pointer position
relative to the centre of what was pressed, CSS pixels), \`path\` (where the pointer went in the 1.5 seconds before the
press: up to 20 points of three numbers, milliseconds before the press and the position as \`dx\` and \`dy\`; only where it
moved), \`trusted\` and \`down\` (whether the browser vouches for the event and a press preceded the click). Metrics are rounded to a millionth before anything else is done with them.

## The journey around the tasks

What the page tells beside the inputs, and what the server writes down as a fact of the journey. Nothing of it names a
person, a place, a network or a device of its own.

${fieldTable(JOURNEY_FIELDS)}

## Batteries

| Version | Title | Preview | Tasks | Needed for a score | Model |
| --- | --- | --- | --- | --- | --- |
${batteries.map(batteryRow).join("\n")}

${tasks.map(taskMarkdown).join("\n\n")}
`;
}
