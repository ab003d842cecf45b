#!/usr/bin/env node
// Checks which room uses which: dependency-cruiser with the rules of .dependency-cruiser.mjs, on this folder.
//   node tools/arrows.mjs [--json] [folder …]
import { createRequire } from "node:module";
import { existsSync } from "node:fs";

import config from "../.dependency-cruiser.mjs";

// dependency-cruiser gives swc no hint that a file has JSX in it, and swc then stumbles over every .tsx file.
const swc = createRequire(import.meta.url)("@swc/core");
const { parseFileSync } = swc;
swc.parseFileSync = (file, options) => parseFileSync.call(swc, file, { ...options, tsx: file.endsWith(".tsx") });
const { cruise } = await import("dependency-cruiser");

const words = process.argv.slice(2);
const json = words.includes("--json");
const named = words.filter((word) => word !== "--json");
const folders = (named.length > 0 ? named : ["apps", "packages", "acceptance"]).filter((folder) => existsSync(folder));

const { forbidden, options } = config;
const outputType = json ? "json" : "err";
const result = await cruise(folders, { ...options, ruleSet: { forbidden }, validate: true, outputType });
process.stdout.write(typeof result.output === "string" ? result.output : JSON.stringify(result.output));
process.exitCode = json ? 0 : Math.min(result.exitCode, 1);
