import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Runs the code blocks of the guides as a reader would: saved to a file, with nothing else installed. */

const GUIDES = fileURLToPath(new URL("../../docs/guides/", import.meta.url));

export type Language = "sh" | "typescript" | "python" | "php";
export const LANGUAGES: readonly Language[] = ["sh", "typescript", "python", "php"];

interface Interpreter {
  readonly extension: string;
  /** Program and arguments before the file; the first that exists is taken. */
  readonly programs: readonly (readonly string[])[];
}

const INTERPRETERS: Readonly<Record<Language, Interpreter>> = {
  sh: { extension: "sh", programs: [["sh"]] },
  typescript: { extension: "mts", programs: [["node", "--import", "tsx"]] },
  python: { extension: "py", programs: [["python3"], ["python"]] },
  php: { extension: "php", programs: [["php"]] },
};

/** ```` ```python verify ```` in `webhooks.md`. Throws when the guide has no such block. */
export function snippet(guide: string, language: Language, name: string): string {
  const text = readFileSync(path.join(GUIDES, guide), "utf8");
  const block = new RegExp(`^\`\`\`${language} ${name}\\n([\\s\\S]*?)^\`\`\``, "m").exec(text)?.[1];
  if (block === undefined) throw new Error(`${guide} has no block \`\`\`${language} ${name}`);
  return block;
}

function answers(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}

/** The command that runs a file of this language here, or null. */
function commandOf(language: Language): readonly string[] | null {
  return INTERPRETERS[language].programs.find(([program = ""]) => program === "sh" || answers(program)) ?? null;
}

/** Why this language can not run here, to be said aloud; null when it can. */
export function missing(language: Language): string | null {
  if (language === "sh" && !(answers("curl") && spawnSync("openssl", ["version"]).status === 0)) {
    return "curl or openssl is not installed";
  }
  return commandOf(language) === null ? `${language} is not installed` : null;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Further files beside the program, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Saves the source and runs it in an empty folder of its own, asynchronously: the server under test is in this process. */
export async function run(language: Language, source: string, options: RunOptions = {}): Promise<Outcome> {
  const command = commandOf(language);
  if (command === null) throw new Error(`${language} is not installed`);
  const folder = mkdtempSync(path.join(tmpdir(), "tallystick-snippet-"));
  try {
    const file = path.join(folder, `main.${INTERPRETERS[language].extension}`);
    writeFileSync(file, source);
    for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(path.join(folder, name), text);
    const [program = "", ...before] = command;
    return await finished(program, [...before, file, ...(options.args ?? [])], options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function finished(program: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    // From here, so that `--import tsx` resolves; the sources themselves import nothing of ours.
    const env = { PATH: globalThis.process.env["PATH"] ?? "", ...options.env };
    const child = spawn(program, args, { cwd: import.meta.dirname, env });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
    child.on("error", reject).on("close", (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(options.stdin ?? "");
  });
}

const VERIFIERS: Readonly<Record<Exclude<Language, "sh">, (source: string) => string>> = {
  typescript: (source) => `${source}
import { readFileSync } from "node:fs";
type Delivery = { body: string; headers: Record<string, string>; apiKey: string; secret: string };
const said = (JSON.parse(readFileSync(0, "utf8")) as Delivery[]).map(({ body, headers, apiKey, secret }) => {
  try { return verifyWebhook(Buffer.from(body), headers, apiKey, secret); } catch (error) { return String(error); }
});
console.log(JSON.stringify(said));`,
  python: (source) => `${source}
import sys
def attempt(d):
    try:
        return verify_webhook(d["body"].encode(), d["headers"], d["apiKey"], d["secret"])
    except ValueError as error:
        return str(error)
print(json.dumps([attempt(d) for d in json.load(sys.stdin)]))`,
  php: (source) => `${source}
$said = [];
foreach (json_decode(file_get_contents('php://stdin'), true) as $d) {
    try { $said[] = verify_webhook($d['body'], $d['headers'], $d['apiKey'], $d['secret']); }
    catch (RuntimeException $error) { $said[] = $error->getMessage(); }
}
echo json_encode($said);`,
};

/** A program that calls the guide's `verify` for each delivery on standard input and prints what it said, as JSON. */
export function verifier(language: Exclude<Language, "sh">): string {
  return VERIFIERS[language](snippet("webhooks.md", language, "verify"));
}
