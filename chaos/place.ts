import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const DISK_SIZE = "768m";

/** A folder for everything a run makes. */
export interface Place {
  readonly folder: string;
  /** The data folder; on a disk of its own where one can be mounted. */
  readonly dataDir: string;
  /** null: there is no small disk that could be filled, and why. */
  readonly disk: { fill(): void; clear(): void } | null;
  remove(): void;
}

export function makePlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-chaos-"));
  // root's PostgreSQL runs as another user, who has to walk through.
  chmodSync(folder, 0o711);
  const dataDir = mkdtempSync(join(folder, "data-"));
  const isMounted = mount(dataDir);
  const ballast = join(dataDir, "ballast");
  return {
    folder,
    dataDir,
    disk: isMounted ? { fill: () => fill(ballast), clear: () => rmSync(ballast, { force: true }) } : null,
    remove() {
      // Lazily: a process that was killed may still be on its way out, and its memory goes with it.
      if (isMounted) execFileSync("umount", ["--lazy", dataDir], { stdio: "pipe" });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Only root may, and not in every container. */
function mount(dataDir: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_SIZE},mode=0711`, "tmpfs", dataDir], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
}

/** Writes until there is no block left. */
function fill(ballast: string): void {
  const chunk = Buffer.alloc(1_048_576);
  const file = openSync(ballast, "w");
  try {
    for (;;) writeSync(file, chunk);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  } finally {
    closeSync(file);
  }
}
