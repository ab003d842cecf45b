// Loaded into a process before its program: its clock then runs ahead by as many milliseconds as the file says that
// CHAOS_CLOCK_FILE names. Timers and performance.now() are not touched, as they are not when a real clock is set.
import { readFileSync } from "node:fs";

const file = process.env.CHAOS_CLOCK_FILE;
const RealDate = Date;
let aheadMs = 0;

function read() {
  try {
    aheadMs = Number(readFileSync(file, "utf8")) || 0;
  } catch {
    aheadMs = 0;
  }
}

if (file !== undefined) {
  read();
  setInterval(read, 100).unref();
  globalThis.Date = class Date extends RealDate {
    constructor(...parameters) {
      if (parameters.length === 0) super(RealDate.now() + aheadMs);
      else super(...parameters);
    }

    static now() {
      return RealDate.now() + aheadMs;
    }
  };
}
