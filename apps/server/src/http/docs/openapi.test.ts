import { ERRORS, EVENT_EXAMPLES, EVENT_TYPES, OPERATIONS, webhookBodySchema } from "@tallystick/contract";
import { expect, it } from "vitest";
import { openApiDocument } from "./openapi.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const document = JSON.parse(JSON.stringify(openApiDocument("https://assess.lender.example"))) as Record<string, Json>;

function visit(value: Json, see: (entry: Readonly<Record<string, Json>>) => void): void {
  if (value === null || typeof value !== "object") return;
  if (Array.isArray(value)) return value.forEach((entry: Json) => visit(entry, see));
  const entry = value as Readonly<Record<string, Json>>;
  see(entry);
  for (const member of Object.values(entry)) visit(member, see);
}

function member(value: Json | undefined, ...names: readonly string[]): Json | undefined {
  return names.reduce<Json | undefined>(
    (entry, name) =>
      entry !== null && typeof entry === "object" ? (entry as Readonly<Record<string, Json>>)[name] : undefined,
    value,
  );
}

it("the document has the form of OpenAPI 3.1", () => {
  expect(document["openapi"]).toBe("3.1.0");
  expect(document["info"]).toMatchObject({ title: "Tallystick", version: expect.any(String) as string });
  expect(document["servers"]).toEqual([{ url: "https://assess.lender.example" }]);
  const allowed = ["openapi", "info", "servers", "tags", "paths", "webhooks", "components", "security"];
  expect(Object.keys(document).filter((name) => !allowed.includes(name))).toEqual([]);
});

it("every $ref resolves inside the document", () => {
  const refs: string[] = [];
  visit(document, (entry) => {
    if (typeof entry["$ref"] === "string") refs.push(entry["$ref"]);
  });
  expect(refs.length).toBeGreaterThan(5);
  for (const ref of refs) {
    expect(ref.startsWith("#/"), ref).toBe(true);
    expect(member(document, ...ref.slice(2).split("/")), ref).toBeDefined();
  }
});

it("every operation answers its documented statuses, with an example for each code", () => {
  for (const operation of OPERATIONS) {
    const described = member(document["paths"], operation.path, operation.method);
    expect(member(described, "operationId")).toBe(operation.id);
    const responses = member(described, "responses") as Readonly<Record<string, Json>>;
    for (const answer of operation.answers) expect(responses[String(answer.status)], operation.id).toBeDefined();
    for (const code of operation.errors) {
      const example = member(responses[String(ERRORS[code].status)], "content", "application/json", "examples", code);
      expect(member(example, "value", "code"), `${operation.id} ${code}`).toBe(code);
    }
    for (const response of Object.values(responses))
      expect(member(response, "description")).toEqual(expect.any(String));
  }
});

it("no status of an operation is described twice", () => {
  for (const { id, answers, errors } of OPERATIONS) {
    const own = answers.map((answer) => answer.status);
    expect(new Set(own).size, id).toBe(own.length);
    expect(
      errors.filter((code) => own.includes(ERRORS[code].status)),
      id,
    ).toEqual([]);
  }
});

it("operation ids, tags, path parameters and security schemes are declared and unique", () => {
  expect(new Set(OPERATIONS.map(({ id }) => id)).size).toBe(OPERATIONS.length);
  const tags = (document["tags"] as readonly Json[]).map((tag) => member(tag, "name"));
  const schemes = Object.keys(member(document, "components", "securitySchemes") as object);
  for (const operation of OPERATIONS) {
    expect(tags).toContain(operation.tag);
    const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const declared = operation.parameters.flatMap((parameter) => (parameter.in === "path" ? [parameter.name] : []));
    expect(declared, operation.path).toEqual(inPath);
  }
  visit(document["paths"] ?? null, (entry) => {
    for (const need of Array.isArray(entry["security"]) ? (entry["security"] as Json[]) : []) {
      expect(schemes).toEqual(expect.arrayContaining(Object.keys(need as object)));
    }
  });
});

it("every example has the shape it illustrates", () => {
  for (const operation of OPERATIONS) {
    if (operation.request !== undefined) operation.request.schema.parse(operation.request.example);
    for (const answer of operation.answers) {
      if (answer.example !== undefined) answer.schema?.parse(answer.example);
    }
  }
  for (const type of EVENT_TYPES) {
    expect(webhookBodySchema.parse(EVENT_EXAMPLES[type]).event.type).toBe(type);
    expect(member(document, "webhooks", type, "post", "requestBody")).toBeDefined();
  }
});

it("every error code is answered by an operation or belongs to the command line", () => {
  const used = new Set(OPERATIONS.flatMap(({ errors }) => errors));
  const elsewhere = [
    "not_found",
    "request_malformed",
    "request_timeout",
    "headers_too_large",
    "method_not_allowed",
    "company_ambiguous",
    "session_ambiguous",
    "deployment_unknown",
    "setting_invalid",
    "model_unknown",
    "model_invalid",
    "model_version_taken",
  ];
  const unexplained = Object.keys(ERRORS).filter((code) => ![...used, ...elsewhere].includes(code));
  expect(unexplained).toEqual([]);
});
