#!/usr/bin/env node
// `npm start`: installs what is missing, builds what is outdated, starts the server. This file keeps to what every Node
// since version 12 can read, so that an old one is told in words and not with a syntax error.
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `Node ${process.versions.node} is too old: Tallystick needs 20.19 or newer. Install a current Node from https://nodejs.org and run this again.\n`,
  );
  process.exit(1);
}

void import("./support/launch.mjs")
  .then(({ launch }) => launch(["serve"].concat(process.argv.slice(2))))
  .then((code) => process.exit(code));
