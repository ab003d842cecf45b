import { defineConfig } from "vite";

export default defineConfig(({ command }) => ({
  base: "/",
  // Also where the surroundings say "test": what is built is what applicants get.
  oxc: { jsx: { runtime: "automatic", importSource: "preact", development: command !== "build" } },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    manifest: true,
    // Android 5 to 7 end at Chrome 119 to 95; iPhones of 2015 at Safari 15.
    target: ["chrome93", "firefox92", "safari15.4"],
    modulePreload: { polyfill: false },
    // The pages carry a strict content security policy: no data: scripts, fonts or images.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
}));
