import { suggest } from "./command.ts";

/** What is wrong with a command line that names none of `names`, and what was perhaps meant. One line. */
export function explainUnknown(argv: readonly string[], names: readonly string[]): string {
  const [word, second] = argv.filter((part) => !part.startsWith("-"));
  if (word === undefined) return `Name a command before ${argv[0] ?? "the options"}`;
  const group = names.filter((name) => name.startsWith(`${word} `));
  if (second === undefined && group.length > 0) {
    return `"${word}" is the first word of several commands: ${group.join(", ")}`;
  }
  const typed = second === undefined ? word : `${word} ${second}`;
  const near = suggest(typed, names) ?? suggest(word, names);
  return `There is no command "${typed}"${near === undefined ? "" : `; did you mean "${near}"?`}`;
}
