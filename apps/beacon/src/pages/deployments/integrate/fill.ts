import snippets from "./snippets.json" with { type: "json" };

export const LANGUAGES = [
  { value: "curl", label: "curl" },
  { value: "typescript", label: "TypeScript" },
  { value: "client", label: "TypeScript, with the client" },
  { value: "python", label: "Python" },
  { value: "php", label: "PHP" },
  { value: "java", label: "Java" },
  { value: "csharp", label: "C#" },
  { value: "go", label: "Go" },
] as const;
export type SnippetLanguage = (typeof LANGUAGES)[number]["value"];

/** `key`: creates a session, the key in a header. `signature`: the same, signed. `verify`: judges a webhook. */
export type SnippetKind = "key" | "signature" | "verify";

/** The guide's lines in the language; null where the guides have none. */
export function linesOf(language: SnippetLanguage, kind: SnippetKind): string | null {
  return snippets[language][kind];
}

export interface Place {
  /** Origin under which lenders' servers come. */
  readonly url: string;
  readonly integrationId: string;
  /** Stands where the lines of the shell take theirs from the command line. */
  readonly uid: string;
}

const TYPESCRIPT_NAMES = /const \{ TALLYSTICK_URL[^}]*\} = process\.env;/;

/**
 * The lines with address and Integration ID in place of the environment's variables. Keys and secrets stay variables:
 * lines like these end up in repositories.
 */
export function fillLines(language: SnippetLanguage, lines: string, place: Place): string {
  const put = (before: string, after: string): string =>
    lines
      .replaceAll(`${before}TALLYSTICK_URL${after}`, () => quoted(place.url))
      .replaceAll(`${before}TALLYSTICK_INTEGRATION_ID${after}`, () => quoted(place.integrationId));
  const quoted = (text: string): string => (language === "php" ? `'${text}'` : JSON.stringify(text));
  switch (language) {
    case "curl":
      return lines
        .replaceAll("$TALLYSTICK_URL", () => place.url)
        .replaceAll("$TALLYSTICK_INTEGRATION_ID", () => place.integrationId)
        .replaceAll("$1", () => place.uid);
    case "typescript":
    case "client":
      return lines.replace(TYPESCRIPT_NAMES, () =>
        [
          `const TALLYSTICK_URL = ${quoted(place.url)};`,
          `const TALLYSTICK_INTEGRATION_ID = ${quoted(place.integrationId)};`,
          'const { TALLYSTICK_API_KEY = "" } = process.env;',
        ].join("\n"),
      );
    case "python":
      return put('os.environ["', '"]');
    case "php":
      return put("getenv('", "')");
    case "java":
      return put('System.getenv("', '")');
    case "csharp":
      return put('Setting("', '")');
    case "go":
      return put('os.Getenv("', '")');
  }
}
