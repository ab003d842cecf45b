import {
  ERROR_EXAMPLES,
  ERRORS,
  EVENT_EXAMPLES,
  OPERATIONS,
  calculatedSchema,
  createSessionRequestSchema,
  createSessionResponseSchema,
  errorResponseSchema,
  eventSchemas,
  journeySchema,
  type Answer,
  type ErrorCode,
  type Operation,
  type OperationAuth,
} from "@tallystick/contract";
import { z } from "zod";
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponsesObject,
} from "zod-openapi";

const COMPONENTS = {
  CreateSessionRequest: createSessionRequestSchema,
  CreateSessionResponse: createSessionResponseSchema,
  Error: errorResponseSchema,
  Calculated: calculatedSchema,
  Journey: journeySchema,
};

const SECURITY: Readonly<Record<OperationAuth, readonly Readonly<Record<string, never[]>>[]>> = {
  api_key_or_signature: [{ apiKey: [] }, { bodySignature: [] }],
  api_key: [{ apiKey: [] }],
  journey: [{ journeyCookie: [] }, { journeyHeader: [] }],
  person: [{ signIn: [] }],
  none: [],
  metrics_token: [{ metricsToken: [] }, {}],
};

const TAGS = [
  { name: "sessions", description: "The lender's server creates sessions." },
  { name: "results", description: "Reading results and events, beside or after the webhooks." },
  { name: "links", description: "Links in bulk, for lenders without an integration." },
  { name: "reconcile", description: "Your own list against ours." },
  { name: "webhooks", description: "Results come to the lender's server as signed webhooks." },
  { name: "system", description: "For the people and machines that run the server." },
  {
    name: "beacon",
    description: "Internal: what the dashboard speaks with its own server, for people who are signed in.",
    "x-internal": true,
  },
  {
    name: "journey",
    description: "Internal: what the applicant's page speaks with its own server. It changes with the app.",
    "x-internal": true,
  },
];

const SECURITY_SCHEMES = {
  apiKey: { type: "apiKey", in: "header", name: "api-key", description: "Mode A: the API key of the environment." },
  bodySignature: {
    type: "apiKey",
    in: "header",
    name: "X-Signature",
    description: "Mode B: lower-case hex HMAC-SHA512 of the body, key = the API key. Sent without the api-key header.",
  },
  signIn: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-ts_beacon",
    description: "Set by POST /beacon/api/sign-in. Calls that change something also send x-csrf-token.",
  },
  journeyCookie: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-tsj_<session id>",
    description: "Set when the journey's link is opened.",
  },
  journeyHeader: {
    type: "apiKey",
    in: "header",
    name: "tallystick-journey",
    description: "Where a browser refuses the cookie.",
  },
  metricsToken: { type: "http", scheme: "bearer", description: "METRICS_TOKEN; without one, loopback only." },
} as const;

/** Grouped by status: one answer of OpenAPI tells every code that comes with it. */
export function errorsByStatus(codes: readonly ErrorCode[]): ReadonlyMap<number, readonly ErrorCode[]> {
  const groups = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const { status } = ERRORS[code];
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return groups;
}

/** The whole body of an example answer. */
export function errorExample(code: ErrorCode): Readonly<Record<string, unknown>> {
  const { detail, extra } = ERROR_EXAMPLES[code];
  return { detail, code, request_id: "3f0e8f7c-5a0b-4a52-9d3c-6a1f7f0c2b11", ...extra };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)] as const));
}

/** Of every answer to a known API key. */
const RATE_LIMIT_HEADERS = {
  "RateLimit-Policy": 'How many calls fit into which window of seconds, e.g. `"api";q=200;w=4`',
  RateLimit: 'What is left, and in how many seconds all of it is back, e.g. `"api";r=199;t=1`',
};
const RETRY_AFTER = { "Retry-After": "Seconds until the next call is let in" };

function headersObject(headers: Readonly<Record<string, string>>) {
  return mapValues(headers, (description) => ({ description, schema: { type: "string" as const } }));
}

function answerObject(answer: Answer, isLimited: boolean) {
  const media = answer.contentType ?? (answer.schema === undefined ? undefined : "application/json");
  const schema = answer.schema ?? z.string();
  const headers = { ...answer.headers, ...(isLimited && answer.status < 300 && RATE_LIMIT_HEADERS) };
  return {
    description: answer.description,
    ...(Object.keys(headers).length > 0 && { headers: headersObject(headers) }),
    ...(media !== undefined && {
      content: { [media]: { schema, ...(answer.example !== undefined && { example: answer.example }) } },
    }),
  };
}

function errorObject(codes: readonly ErrorCode[], isLimited: boolean) {
  const described = codes.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join("; ");
  const examples = codes.map((code) => [code, { summary: ERRORS[code].title, value: errorExample(code) }] as const);
  const headers = { ...(isLimited && RATE_LIMIT_HEADERS), ...RETRY_AFTER };
  return {
    description: described,
    ...(codes.includes("rate_limited") && { headers: headersObject(headers) }),
    content: { "application/json": { schema: errorResponseSchema, examples: Object.fromEntries<object>(examples) } },
  };
}

function operationObject(operation: Operation): ZodOpenApiOperationObject {
  const isLimited = operation.auth === "api_key" || operation.auth === "api_key_or_signature";
  const answers = operation.answers.map((answer) => [String(answer.status), answerObject(answer, isLimited)] as const);
  const errors = [...errorsByStatus(operation.errors)].map(
    ([status, codes]) => [String(status), errorObject(codes, isLimited)] as const,
  );
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    description: operation.description,
    security: SECURITY[operation.auth].map((scheme) => ({ ...scheme })),
    parameters: operation.parameters.map((parameter) => ({ ...parameter, schema: { type: "string" as const } })),
    ...(operation.query !== undefined && { requestParams: { query: operation.query } }),
    ...(operation.request !== undefined && {
      requestBody: {
        required: true,
        content: { "application/json": { schema: operation.request.schema, example: operation.request.example } },
      },
    }),
    responses: Object.fromEntries<ZodOpenApiResponsesObject["200"]>([...answers, ...errors]),
  };
}

function webhooksObject(): NonNullable<ZodOpenApiObject["webhooks"]> {
  const entries = eventSchemas.map((event) => {
    const type = event.shape.type.value;
    const schema = z.object({ uid: z.string(), integration_id: z.string(), event });
    const post: ZodOpenApiOperationObject = {
      operationId: `on.${type}`,
      tags: ["webhooks"],
      summary: `Sent to your webhook URL: ${type}`,
      security: [],
      requestBody: { content: { "application/json": { schema, example: EVENT_EXAMPLES[type] } } },
      responses: { "200": { description: "Only 200 is success; anything else is sent again." } },
    };
    return [type, { post }] as const;
  });
  return Object.fromEntries(entries);
}

/** The OpenAPI 3.1 document of this server. `publicUrl` is an origin. */
export function openApiDocument(publicUrl: string) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: operationObject(operation) };
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Tallystick",
      version: "0.1.0",
      description:
        "Behavioural scoring for people without a credit file. Guides, the reference and a page for each error code stand under /docs of this server.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: publicUrl }],
    tags: TAGS,
    paths,
    webhooks: webhooksObject(),
    components: { schemas: COMPONENTS, securitySchemes: SECURITY_SCHEMES },
  });
}
