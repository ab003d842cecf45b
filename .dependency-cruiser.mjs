/**
 * The arrows of ARCHITECTURE.md as rules. Every rule is proved by a planted violation in tools/arrows.test.ts.
 *
 * TypeScript 7 has no JavaScript API that dependency-cruiser could parse with, so @swc/core is its parser: without it
 * the tool finds no module at all and reports success. swc does not tell type imports apart: "only types" is a lint rule.
 */

const TESTS = String.raw`(\.test\.tsx?$|/testing/)`;
const ROUTES = String.raw`routes\.ts$`;
const STORE = String.raw`store\.ts$`;
const SERVER = "^apps/server/src";

/** A feature uses what stands below it, never what stands beside or above. */
const FLOORS = [
  ["trace", "monitoring", "reconcile", "golive", "sandbox"],
  ["links", "assessment", "retention"],
  ["sessions", "results"],
  ["webhooks", "endpoints", "deployments", "models", "outcomes"],
  ["companies", "users", "audit"],
];

/** Files of a feature that others may import: its service, its guard of routes, and for sessions the tokens and the life cycle. */
const PUBLIC = String.raw`(/(service|guard)\.ts$|^apps/server/src/features/sessions/(tokens|lifecycle)\.ts$)`;

function upward() {
  return FLOORS.slice(1).map((floor, index) => ({
    name: `floor-${floor[0]}-looks-up`,
    comment: `${floor.join(", ")} stand below ${FLOORS.slice(0, index + 1)
      .flat()
      .join(", ")} and may not use them.`,
    severity: "error",
    from: { path: `${SERVER}/features/(${floor.join("|")})/`, pathNot: TESTS },
    to: {
      path: `${SERVER}/features/(${FLOORS.slice(0, index + 1)
        .flat()
        .join("|")})/`,
    },
  }));
}

const forbidden = [
  {
    name: "no-circle",
    comment: "A circle between two rooms is a design fault.",
    severity: "error",
    from: {},
    to: { circular: true },
  },
  {
    name: "not-found",
    comment: "An import that resolves to nothing.",
    severity: "error",
    from: {},
    to: { couldNotResolve: true, pathNot: "^virtual:" },
  },
  {
    name: "http-knows-no-start",
    severity: "error",
    from: { path: `${SERVER}/(http|features|infra)/`, pathNot: TESTS },
    to: { path: `${SERVER}/start/` },
  },
  {
    name: "features-know-no-http",
    severity: "error",
    from: { path: `${SERVER}/features/`, pathNot: TESTS },
    to: { path: `${SERVER}/http/` },
  },
  {
    name: "infra-knows-no-features",
    severity: "error",
    from: { path: `${SERVER}/infra/`, pathNot: TESTS },
    to: { path: `${SERVER}/(http|features)/` },
  },
  {
    name: "config-knows-nobody",
    severity: "error",
    from: { path: `${SERVER}/config\\.ts$` },
    to: { path: `${SERVER}/(start|http|features)/` },
  },
  {
    name: "feature-only-through-its-service",
    comment: "Another feature is used through its service.ts (sessions also opens tokens.ts and lifecycle.ts).",
    severity: "error",
    from: { path: `${SERVER}/features/([^/]+)/`, pathNot: TESTS },
    to: { path: `${SERVER}/features/`, pathNot: [`${SERVER}/features/$1/`, PUBLIC] },
  },
  {
    name: "http-and-start-enter-by-the-door",
    comment: "http and start use a feature's routes and public files, never its store.",
    severity: "error",
    from: { path: `${SERVER}/(http|start)/`, pathNot: TESTS },
    to: { path: `${SERVER}/features/.*${STORE}` },
  },
  {
    name: "routes-never-touch-the-store",
    severity: "error",
    from: { path: ROUTES, pathNot: TESTS },
    to: { path: STORE },
  },
  {
    name: "service-knows-no-routes",
    severity: "error",
    from: { path: `${SERVER}/features/`, pathNot: [TESTS, ROUTES] },
    to: { path: ROUTES },
  },
  {
    name: "store-knows-no-service",
    severity: "error",
    from: { path: `${SERVER}/features/.*${STORE}` },
    to: { path: String.raw`^apps/server/src/features/.*service\.ts$` },
  },
  {
    name: "store-knows-no-contract",
    comment: "Rows are mapped at the edge; the wire may change without touching SQL.",
    severity: "error",
    from: { path: `${SERVER}/features/.*${STORE}` },
    to: { path: "^packages/contract/" },
  },
  {
    name: "server-imports-no-app",
    comment: "The server takes only the applicants' texts from the app, which are data.",
    severity: "error",
    from: { path: "^apps/server/", pathNot: TESTS },
    to: { path: "^apps/(?!server/)", pathNot: String.raw`^apps/assessment/src/i18n/pages/[^/]+\.json$` },
  },
  {
    name: "app-imports-no-server",
    severity: "error",
    from: { path: "^apps/(?!server/)", pathNot: TESTS },
    to: { path: "^apps/server/" },
  },
  {
    name: "packages-import-no-app",
    severity: "error",
    from: { path: "^packages/" },
    to: { path: "^apps/" },
  },
  {
    name: "tasks-stand-alone",
    comment: "Pure: nothing of the other rooms and no library.",
    severity: "error",
    from: { path: "^packages/tasks/src/", pathNot: TESTS },
    to: { pathNot: "^packages/tasks/src/" },
  },
  {
    name: "scoring-stands-alone",
    severity: "error",
    from: { path: "^packages/scoring/src/", pathNot: TESTS },
    to: { pathNot: "^packages/scoring/(src|models)/" },
  },
  {
    name: "simulation-takes-tasks-and-scoring",
    comment: "Pure: no I/O, and nothing of the other rooms but what is played and what it is scored with.",
    severity: "error",
    from: { path: "^packages/simulation/src/", pathNot: TESTS },
    to: { pathNot: "^packages/(simulation|tasks|scoring)/src/" },
  },
  {
    name: "contract-stands-alone",
    severity: "error",
    from: { path: "^packages/contract/src/", pathNot: TESTS },
    to: { pathNot: ["^packages/contract/src/", "^node_modules/zod/"] },
  },
  {
    name: "client-has-no-dependency",
    severity: "error",
    from: { path: "^packages/client/src/", pathNot: TESTS },
    to: { pathNot: ["^packages/client/src/", "^(node:)?(crypto|buffer)$"] },
  },
  {
    name: "tests-of-pure-rooms-stay-pure",
    comment:
      "Tests of tasks, scoring and simulation may read files and use the test tools, nothing of the other rooms but each other.",
    severity: "error",
    from: { path: String.raw`^packages/(tasks|scoring|simulation)/src/.*\.test\.tsx?$` },
    to: { path: ["^apps/", "^packages/(contract|client)/"] },
  },
  {
    name: "assessment-knows-no-scoring",
    severity: "error",
    from: { path: "^apps/assessment/src/", pathNot: TESTS },
    to: { path: "^packages/(scoring|simulation|client)/" },
  },
  {
    name: "assessment-takes-only-machines",
    comment: "The phone needs a task's machine, never its metrics or players. (index.ts: types only, by lint.)",
    severity: "error",
    from: { path: "^apps/assessment/src/", pathNot: TESTS },
    to: {
      path: "^packages/tasks/src/",
      pathNot: String.raw`^packages/tasks/src/(index|contract|runtime|.*/machine|.*/spec|.*/prng)\.ts$`,
    },
  },
  {
    name: "acceptance-is-a-black-box",
    severity: "error",
    from: { path: "^acceptance/" },
    to: { path: ["^apps/", "^packages/(contract|scoring|simulation)/"] },
  },
  {
    name: "nobody-imports-tests",
    severity: "error",
    from: { path: "^(apps|packages)/", pathNot: TESTS },
    to: { path: [String.raw`\.test\.tsx?$`, "/testing/", "^(acceptance|e2e|bench|chaos|validation|demo|tools)/"] },
  },
  {
    name: "no-development-dependency-in-the-product",
    severity: "error",
    from: { path: "^(apps/server|packages)/", pathNot: TESTS },
    to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
  },
  ...upward(),
];

export default {
  forbidden,
  options: {
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    exclude: { path: String.raw`(^|/)(dist|artifacts|\.tallystick)/` },
    tsPreCompilationDeps: true,
    moduleSystems: ["es6"],
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["types", "import", "node", "default"],
      extensions: [".ts", ".tsx", ".js", ".mjs", ".json"],
    },
  },
};
