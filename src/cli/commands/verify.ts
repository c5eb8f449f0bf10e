import { Command } from "commander";
import { createVerifierPool } from "../../verifiers/pool/pool.ts";
import { resolveVerifier } from "../../verifiers/resolve-reference.ts";
import type { Verdict } from "../../verifiers/verdict.ts";
import { envOption, jsonOption, wholeNumber } from "../common-options.ts";
import { writeOut } from "../output.ts";
import { showProgress } from "../progress-line.ts";
import { optionsOf, setOption, type SetEntry } from "../set-option.ts";
import { userPath } from "../user-path.ts";
import { openResponses } from "../verify/read-items.ts";
import { countVerdicts } from "../verify/verdict-counts.ts";
import { verdictStream } from "../verify/verdict-stream.ts";

interface VerifyOptions {
  readonly input: string;
  readonly set: readonly SetEntry[];
  readonly env: readonly string[];
  readonly deadlineMs: number;
}

/** `rlvr verify VERIFIER --input FILE.jsonl`: scores responses offline, a verdict a line in order. */
export function verifyCommand(): Command {
  return new Command("verify")
    .description("score responses offline")
    .argument("<verifier>", "a name of the library, the path of a module, a package, or python:FILE.py:FUNCTION")
    .requiredOption(
      "--input <file>",
      "{problem?, answer, response, truncated?} a row: JSON Lines, a JSON array (also .gz, .zst), Parquet, - for stdin",
    )
    .addOption(setOption("an option of the verifier, such as absolute=0.01; may be repeated"))
    .addOption(envOption())
    .option("--deadline-ms <ms>", "run time after which a response ends as timeout", wholeNumber(1), 10_000)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Writes a verdict a line, {status, passed, score, extracted, ms}, in the order of the responses, and what they add up to
on stderr. Memory does not grow with the file. Verifiers and their options: docs/verifiers.md, docs/recipe.md.

Examples:
  echo '{"answer": "1/2", "response": "so it is \\\\boxed{0.5}"}' | rlvr verify math --input -
  rlvr verify ./even.ts --input responses.jsonl > verdicts.jsonl
  rlvr verify all --set 'of=[{name: format, tags: [think]}, {name: gsm8k}]' --input responses.jsonl
  rlvr verify python:rewards.py:brevity --set pass_at=0.5 --input responses.jsonl
  rlvr verify ./judge.ts --env JUDGE_API_KEY --input responses.jsonl`,
    )
    .action(verify);
}

async function verify(name: string, { input, set, env, deadlineMs }: VerifyOptions): Promise<void> {
  const { name: verifier, ...options } = resolveVerifier({ ...optionsOf(set), name }, () => userPath("."));
  const call = { verifier, options, env, deadlineMs };
  const responses = await openResponses(input);
  const pool = createVerifierPool();
  const counts = countVerdicts();
  const start = performance.now();
  const hideProgress = showProgress("judging", () => ({
    share: responses.share(),
    numbers: `${counts.total().toLocaleString("en-US")} responses`,
  }));
  try {
    // Wrong names and options show before the first line is read, also when there is none.
    await pool.describe(call);
    for await (const verdict of verdictStream(pool, call, responses.items())) {
      counts.add(verdict);
      await writeOut(`${JSON.stringify(outputOf(verdict))}\n`);
    }
  } finally {
    hideProgress();
    await pool.close();
    process.stderr.write(`${counts.text((performance.now() - start) / 1000)}\n`);
  }
}

function outputOf(verdict: Verdict): Record<string, unknown> {
  const ms = Number(verdict.runMs.toFixed(3));
  if (verdict.status !== "ok") {
    return { status: verdict.status, passed: null, score: null, extracted: null, ms, error: verdict.error };
  }
  const { status, passed, score, extracted } = verdict;
  return { status, passed, score, extracted, ms };
}
