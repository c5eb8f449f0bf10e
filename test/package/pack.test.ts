import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";

const MINUTES = 60_000;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-pack-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const REWARD = `def reward(completions, answer):
    return [0.5 if completion == right else None for completion, right in zip(completions, answer)]
`;

test(
  "the package built from this tree installs in an empty folder, runs two steps, answers a ready query, tests a verifier and judges in Python",
  () => {
    const run = (command: string, args: readonly string[], cwd: string): string =>
      execFileSync(command, args, {
        cwd,
        // The folder that a person stands in: without it, files would go where the tests were started.
        env: { ...process.env, INIT_CWD: cwd },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
    run(process.execPath, [packagePath("tools/build.ts")], packagePath("."));
    run("npm", ["pack", packagePath("dist"), "--pack-destination", folder], folder);
    const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
    writeFileSync(join(folder, "package.json"), "{}");
    run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", join(folder, tarball)], folder);
    const recipe = writeSmallRecipe(join(folder, "recipe"), { steps: 2 });
    const bin = join(folder, "node_modules/rlvr/src/cli/main.js");
    const lines = run(process.execPath, [bin, "run", recipe, "--json", "--db", "run.db"], folder).trim().split("\n");
    const events = lines.map((line) => JSON.parse(line) as { type: string; state?: string });
    expect(events.filter((event) => event.type === "step_finished")).toHaveLength(2);
    expect(events.find((event) => event.type === "run_ended")?.state).toBe("succeeded");

    const answer = run(process.execPath, [bin, "sql", "--query", "why-trained", "--json", "--db", "run.db"], folder);
    expect(JSON.parse(answer)).toMatchObject([{ run_id: 1, step: 2 }]);

    run(process.execPath, [bin, "init", "verifier", "last-line"], folder);
    const tested = run(process.execPath, [bin, "test", "last-line/last-line.test.ts", "--json"], folder);
    expect(JSON.parse(tested)).toMatchObject({ failed: 0 });
    // An installed package is found without our help.
    expect(run(process.execPath, ["--test", "last-line/last-line.test.ts"], folder)).toMatch(/fail 0/);

    const [rewards, input] = [join(folder, "rewards.py"), join(folder, "responses.jsonl")];
    writeFileSync(rewards, REWARD);
    const responses = ["4", "5"].map((response) => JSON.stringify({ answer: "4", response }));
    writeFileSync(input, responses.join("\n"));
    const args = ["verify", `python:${rewards}:reward`, "--input", input, "--set", "pass_at=0.5"];
    const verdicts = run(process.execPath, [bin, ...args], folder)
      .trim()
      .split("\n");
    expect(verdicts.map((line) => JSON.parse(line) as object)).toMatchObject([
      { status: "ok", passed: true, score: 0.5 },
      { status: "skipped" },
    ]);
  },
  5 * MINUTES,
);
