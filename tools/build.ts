/**
 * Builds the npm package into dist/: compiled modules and the dashboard's page beside the files they read, in the repository's own layout, so
 * that relative paths hold in both. `npm pack dist` makes the tarball.
 */
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = `${root}dist`;

rmSync(dist, { recursive: true, force: true });
execFileSync(`${root}node_modules/.bin/tsc`, ["--project", `${root}tsconfig.build.json`], { stdio: "inherit" });
await build({ configFile: `${root}web/vite.config.ts`, logLevel: "warn" });
for (const path of [
  "prompts",
  "curricula",
  "evals",
  "policies",
  "python/rlvr_bridge",
  "python/rlvr_export",
  "python/rlvr_train",
  "python/rlvr_trainer",
  "python/requirements-trainer.txt",
  "python/requirements-vllm.txt",
  "python/requirements-vllm-cpu.txt",
  "db/migrations",
  "db/queries",
  "db/views.sql",
  "web/dist",
  "LICENSE",
  "README.md",
  "CHANGELOG.md",
  "SECURITY.md",
])
  cpSync(`${root}${path}`, `${dist}/${path}`, { recursive: true, filter: (from) => !from.includes("__pycache__") });

const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as Record<string, unknown>;
// A program that uses the package brings its own Node; the pinned one is for working on the repository.
for (const field of ["private", "scripts", "devDependencies", "optionalDependencies"]) delete manifest[field];
writeFileSync(
  `${dist}/package.json`,
  `${JSON.stringify(
    {
      ...manifest,
      bin: { rlvr: "src/cli/main.js" },
      exports: {
        ".": { types: "./src/index.d.ts", default: "./src/index.js" },
        "./testing": { types: "./src/testing.d.ts", default: "./src/testing.js" },
      },
    },
    null,
    2,
  )}\n`,
);
