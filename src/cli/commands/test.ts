import { Command } from "commander";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { pathToFileURL } from "node:url";
import { modulePath } from "../../core/package-files.ts";
import { jsonOption } from "../common-options.ts";
import { existingUserPath, userPath } from "../user-path.ts";

/** How a test ended. */
interface TestResult {
  readonly file: string | undefined;
  readonly name: string;
  readonly passed: boolean;
  readonly ms: number;
  /** Why it failed. */
  readonly error?: string;
}

/** `rlvr test FILE...`: the tests of verifier modules, by Node's own test runner. */
export function testCommand(): Command {
  return new Command("test")
    .description("run the tests of your verifiers with Node's test runner, where rlvr and zod are found")
    .argument("<files...>", "test files, such as my-verifier/my-verifier.test.ts")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Imports of rlvr, rlvr/testing and zod lead to this rlvr's where a test has none of its own, so that a verifier
can be tested in any folder. Exit code 1 when a test fails.

Examples:
  rlvr init verifier last-line && rlvr test last-line/last-line.test.ts
  rlvr test verifiers/*.test.ts --json | jq .failed`,
    )
    .action(async (files: readonly string[], { json }: { readonly json: boolean }) => {
      const results = await runTests(files.map(existingUserPath), json);
      const failed = results.filter(({ passed }) => !passed).length;
      if (json) {
        const summary = { passed: results.length - failed, failed, tests: results };
        process.stdout.write(`${JSON.stringify(summary)}\n`);
      }
      if (failed > 0) process.exitCode = 1;
    });
}

async function runTests(files: readonly string[], json: boolean): Promise<TestResult[]> {
  const hooks = pathToFileURL(modulePath("src/verifiers/preload-module-hooks")).href;
  const events = run({
    files,
    cwd: userPath("."),
    // The warning is of a package.json that does not say which kind of module it holds: the author's business, not ours.
    execArgv: ["--import", hooks, "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"],
  });
  const results: TestResult[] = [];
  events.on("test:pass", ({ file, name, details }) => {
    if (details.type === "suite") return;
    results.push({ file, name, passed: true, ms: details.duration_ms });
  });
  events.on("test:fail", ({ file, name, details }) => {
    if (details.type === "suite") return;
    const { cause } = details.error;
    const error = cause instanceof Error ? cause.message : String(cause);
    results.push({ file, name, passed: false, ms: details.duration_ms, error });
  });
  // What tests print, and why a file does not load: the report has it, and JSON has no place for it.
  if (json) events.on("test:stderr", ({ message }) => void process.stderr.write(message));
  for await (const text of events.compose(spec)) if (!json) process.stdout.write(String(text));
  return results;
}
