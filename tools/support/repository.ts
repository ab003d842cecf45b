import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The repository as the rules see it: every file that git tracks or would track. */
export const root = dirname(dirname(import.meta.dirname));

const BINARY = /\.(png|jpe?g|webp|ico|woff2?|gz|zip|pdf)$/;

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export function trackedPaths(): readonly string[] {
  const output = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return output.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
}

export function textFiles(pattern: RegExp = /./): readonly SourceFile[] {
  return trackedPaths()
    .filter((path) => !BINARY.test(path) && pattern.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(root, path), "utf8")) as T;
}

/** `path:line` of every line that the pattern finds. */
export function findLines(files: readonly SourceFile[], pattern: RegExp): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 160)}`] : [])),
  );
}

/** Code without comments and without what stands between quotes; good enough to look for an operator. */
export function bareCode(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, " ")
    .replaceAll(/\/\/.*$/gm, " ")
    .replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '""');
}

/** Every template or quoted text of a source file, in order. */
export function literals(text: string): readonly string[] {
  const withoutComments = text.replaceAll(/\/\*[\s\S]*?\*\//g, " ").replaceAll(/(^|\s)\/\/.*$/gm, "$1");
  return withoutComments.match(/`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"/g) ?? [];
}
