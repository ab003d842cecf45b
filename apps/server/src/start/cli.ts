import { main } from "./main.ts";

// The entry of the bundle. A process that still has something open at its end has forgotten it: say so by ending anyway.
process.exit(await main(process.argv.slice(2)));
