import { defineConfig } from "vite";

export default defineConfig(({ command }) => ({
  base: "/beacon/",
  // Also where the surroundings say "test": what is built is what people get.
  ...(command === "build" && { define: { "process.env.NODE_ENV": '"production"' } }),
  // A build is for people, whatever NODE_ENV says: the library of the development form of JSX is not in it.
  oxc: { jsx: { runtime: "automatic", development: command !== "build" } },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    manifest: true,
    // light-dark(), popovers and nesting: browsers people work in, of the middle of 2024 or newer.
    target: ["chrome125", "firefox128", "safari17.5"],
    modulePreload: { polyfill: false },
    // The pages carry a strict content security policy: no data: scripts, fonts or images.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // Libraries mark their parts for servers that render; here everything runs in the browser.
    rolldownOptions: { onwarn: (warning, report) => warning.code === "MODULE_LEVEL_DIRECTIVE" || report(warning) },
  },
}));
