import { ERROR_EXAMPLES, ERRORS, OPERATIONS, type ErrorCode } from "@tallystick/contract";
import { errorExample } from "./openapi.ts";

/** In the table's own order: any route, the lender's API, the applicant's journey, the command line. */
export const ERROR_CODES = Object.keys(ERRORS) as ErrorCode[];

function usedBy(code: ErrorCode): string {
  const users = OPERATIONS.filter((operation) => operation.errors.includes(code));
  if (users.length === 0) return "";
  const names = users.map((operation) => `\`${operation.method.toUpperCase()} ${operation.path}\``);
  return `\n\nAnswered by: ${names.join(", ")}.`;
}

function errorBody(code: ErrorCode): string {
  const { status, title, mend } = ERRORS[code];
  const { note } = ERROR_EXAMPLES[code];
  const example = JSON.stringify(errorExample(code), null, 2);
  return `**${title}.** Status ${String(status)}.

How to mend it: ${mend}${note === undefined ? "" : `\n\n${note}`}

\`\`\`json
${example}
\`\`\`${usedBy(code)}
`;
}

/** `/docs/errors/<code>` */
export function errorPageMarkdown(code: ErrorCode): string {
  return `# ${code}\n\n${errorBody(code)}\nAll codes: [Errors](errors.md).\n`;
}

/** `docs/reference/errors.md`, served as `/docs/errors`. */
export function errorIndexMarkdown(): string {
  const rows = ERROR_CODES.map(
    (code) => `| [\`${code}\`](errors.md#${code}) | ${String(ERRORS[code].status)} | ${ERRORS[code].title} |`,
  );
  const sections = ERROR_CODES.map((code) => `## ${code}\n\n${errorBody(code)}`);
  return `# Errors

Every refusal has a stable \`code\`, a \`detail\` that says what is wrong with this very request, and a \`request_id\` that
finds it in the operator's log. Build on the code; the detail is for people and may change.

The webhook test and sample (\`POST /v1/webhooks-management/test\` and \`…/sample\`) answer in [shapes of their own](api.md).

| Code | Status | What it says |
| --- | --- | --- |
${rows.join("\n")}

${sections.join("\n")}`;
}
