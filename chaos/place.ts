import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const DISK_SIZE = "768m";
/** PostgreSQL notices a full disk at its next write; what is left then is less than it needs at once. */
const LEFT_BYTES = 16_384;

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
    disk: isMounted ? { fill: () => fill(dataDir, ballast), clear: () => rmSync(ballast, { force: true }) } : null,
    remove() {
      if (isMounted) execFileSync("umount", [dataDir], { stdio: "pipe" });
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

function fill(dataDir: string, ballast: string): void {
  const { bavail, bsize } = statfsSync(dataDir);
  const sizeBytes = Math.max(0, bavail * bsize - LEFT_BYTES);
  writeFileSync(ballast, Buffer.alloc(sizeBytes));
}
