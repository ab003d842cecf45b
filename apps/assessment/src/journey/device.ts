import type { Device } from "@tallystick/contract";

const FRAMES = 12;
const LONGEST_MS = 400;
const TABLET_FROM_PX = 600;

/** Describes the device in classes, not as a fingerprint. Takes a dozen frames to measure the refresh rate. */
export async function describeDevice(): Promise<Device> {
  const coarse = matchMedia("(pointer: coarse)").matches;
  const fine = matchMedia("(pointer: fine)").matches;
  const small = Math.min(screen.width, screen.height) < TABLET_FROM_PX;
  const handheld = small ? "phone" : "tablet";
  return {
    class: coarse ? handheld : "computer",
    pointer: pointerClass({ coarse, fine }),
    refresh_hz: await refreshRate(),
    viewport: [Math.round(innerWidth), Math.round(innerHeight)],
    webdriver: navigator.webdriver,
    reduced_motion: matchMedia("(prefers-reduced-motion: reduce)").matches,
    time_zone_offset_minutes: new Date().getTimezoneOffset() + 0,
  };
}

function pointerClass({ coarse, fine }: { coarse: boolean; fine: boolean }): Device["pointer"] {
  if (coarse) return "coarse";
  return fine ? "fine" : "none";
}

/** Median frame, as Hz; null where no frames come (hidden page). */
function refreshRate(): Promise<number | null> {
  return new Promise((resolve) => {
    const stamps: number[] = [];
    const timer = setTimeout(() => {
      resolve(null);
    }, LONGEST_MS);
    const next = (stamp: number): void => {
      stamps.push(stamp);
      if (stamps.length <= FRAMES) {
        requestAnimationFrame(next);
        return;
      }
      clearTimeout(timer);
      const steps = stamps.slice(1).map((later, index) => later - (stamps[index] ?? later));
      const middle = steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
      resolve(middle > 0 ? Math.min(1000, Math.round(1000 / middle)) : null);
    };
    requestAnimationFrame(next);
  });
}

/** 96 random bits as hex. */
export function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Random per tab and kept by it, so that a reload is no take-over. `storage` null: as long as the page. */
export function tabName(storage: Storage | null): string {
  const name = "tallystick/tab";
  const kept = storage?.getItem(name);
  if (typeof kept === "string" && kept.length >= 8) return kept;
  const made = randomName();
  try {
    storage?.setItem(name, made);
  } catch {
    // A full storage costs the reload its memory of the tab and nothing else.
  }
  return made;
}
