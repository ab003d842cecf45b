import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";

/**
 * Copies the build's files to the data folder, beside those of earlier builds: a page that was opened before an upgrade
 * still asks for its own. Returns the folders to serve, the build's first; none when there is neither.
 */
export function keepAssets(buildFolder: string, dataDir: string): string[] {
  const kept = join(dataDir, "assets");
  if (dataDir !== "" && existsSync(buildFolder)) {
    mkdirSync(kept, { recursive: true });
    const known = new Set(readdirSync(kept));
    for (const { name } of readdirSync(buildFolder, { withFileTypes: true }).filter((entry) => entry.isFile())) {
      // Names carry a hash of the content, so what is there is the same; a copy cut off by a crash never gets the name.
      if (known.has(name)) continue;
      copyFileSync(join(buildFolder, name), join(kept, `${name}.part`));
      renameSync(join(kept, `${name}.part`), join(kept, name));
    }
  }
  return [buildFolder, ...(dataDir === "" ? [] : [kept])].filter((folder) => existsSync(folder));
}
