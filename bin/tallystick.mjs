#!/usr/bin/env node
import { launch } from "../tools/support/launch.mjs";

// What is still open at the end was forgotten; the answer is given, so end.
process.exit(await launch(process.argv.slice(2)));
