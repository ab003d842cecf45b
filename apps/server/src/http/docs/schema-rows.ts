/** One member of a JSON body, as a row of a reference table. */
export interface SchemaRow {
  /** Dotted; `[]` for each entry of a list. */
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly meaning: string;
}

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema | boolean;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly description?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly additionalProperties?: JsonSchema | boolean;
}

const INT32 = 2_147_483_647;

/** Bounds that a person would write down; the limits of the number types themselves are noise. */
function range(low: number | undefined, high: number | undefined, unit: string): string {
  if (low === 1 && high === undefined && unit !== "") return "not empty";
  const from = low !== undefined && low >= -INT32 ? low : undefined;
  const to = high !== undefined && high < INT32 ? high : undefined;
  if (from === undefined && to === undefined) return "";
  if (from === undefined) return `at most ${String(to)}${unit}`;
  if (to === undefined) return `at least ${String(from)}${unit}`;
  return from === to ? `${String(from)}${unit}` : `${String(from)}–${String(to)}${unit}`;
}

function typeName(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeName).join(" or ");
  if (schema.prefixItems !== undefined) return `list of ${String(schema.prefixItems.length)}`;
  if (schema.type === "array") return typeof schema.items === "object" ? `list of ${typeName(schema.items)}` : "list";
  if (schema.type === "object" && schema.properties === undefined && typeof schema.additionalProperties === "object") {
    return `object of ${typeName(schema.additionalProperties)}s`;
  }
  if (schema.enum !== undefined) return "string";
  if (Array.isArray(schema.type)) return schema.type.join(" or ");
  return typeof schema.type === "string" ? schema.type : "any";
}

function meaning(schema: JsonSchema): string {
  const parts = [
    schema.description ?? "",
    schema.enum === undefined ? "" : `one of ${schema.enum.map((value) => `\`${String(value)}\``).join(", ")}`,
    range(schema.minimum, schema.maximum, ""),
    range(schema.minLength, schema.maxLength, " characters"),
    schema.prefixItems === undefined ? range(schema.minItems, schema.maxItems, " entries") : "",
    schema.default === undefined || JSON.stringify(schema.default) === "{}"
      ? ""
      : `default \`${JSON.stringify(schema.default)}\``,
  ];
  return parts.filter((part) => part !== "").join("; ");
}

/** A nullable object or list hides its members in `anyOf`. */
function inner(schema: JsonSchema): JsonSchema {
  return schema.anyOf?.find((entry) => entry.properties !== undefined || entry.items !== undefined) ?? schema;
}

/** Flattens an object schema, parents before their members. */
export function schemaRows(schema: JsonSchema, prefix = ""): readonly SchemaRow[] {
  const rows: SchemaRow[] = [];
  for (const [key, member] of Object.entries(schema.properties ?? {})) {
    const name = prefix + key;
    rows.push({
      name,
      type: typeName(member),
      required: schema.required?.includes(key) ?? false,
      meaning: meaning(member),
    });
    const body = inner(member);
    rows.push(...schemaRows(body, `${name}.`));
    if (typeof body.items === "object") rows.push(...schemaRows(body.items, `${name}[].`));
  }
  return rows;
}
