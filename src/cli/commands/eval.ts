import { Command, Option } from "commander";
import { readSuite } from "../../run/start/read-recipe.ts";
import { RlvrError } from "../../core/errors.ts";
import { packagePath } from "../../core/package-files.ts";
import type { Override } from "../../config/load-document.ts";
import type { Suite } from "../../config/suite-schema.ts";
import { databaseOption, jsonOption } from "../common-options.ts";
import { compareResults } from "../eval/compare-results.ts";
import { evaluate } from "../eval/evaluate.ts";
import { apiKeyOption } from "../server-options.ts";
import { setOption } from "../set-option.ts";
import { userPath } from "../user-path.ts";

interface Options {
  readonly set: readonly Override[];
  readonly run?: string;
  readonly checkpoint?: string;
  readonly policy?: string;
  readonly apiKeyEnv?: string;
  readonly out?: string;
  readonly compare?: readonly string[];
  readonly suite?: string;
  readonly db: string;
  readonly json: boolean;
}

/** `rlvr eval`: puts an evaluation suite to a policy, or compares two evaluations. */
export function evalCommand(): Command {
  return new Command("eval")
    .description("put an evaluation suite to a policy, never with hints, or compare two evaluations")
    .argument("[suite]", "a YAML file; left out, a run's own test set (or development set), or evals/microcosm.yaml")
    .addOption(
      new Option("--run <run>", "a version of a run, served as it serves itself: RUN, RUN:STEP or RUN:best").conflicts([
        "checkpoint",
        "policy",
      ]),
    )
    .addOption(new Option("--checkpoint <dir>", "a checkpoint or export directory").conflicts("policy"))
    .addOption(new Option("--policy <url>", "a policy server that is running already"))
    .addOption(apiKeyOption())
    .addOption(new Option("--out <file>", "keep every completion and its verdict in a JSON file"))
    .addOption(
      new Option("--compare <results...>", "compare two: each a file of --out, or RUN, RUN:STEP or RUN:best").conflicts(
        ["run", "checkpoint", "policy", "out"],
      ),
    )
    .addOption(setOption("set an option of the suite over what its file says; may be repeated"))
    .addOption(
      new Option(
        "--suite <name>",
        "with --compare: which evaluations of runs, test or development; the only ones where there are no others",
      ),
    )
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Without --run, --checkpoint or --policy, the base weights of the suite's own policy are evaluated.
Metrics, intervals and tests: docs/evaluations.md.

Examples:
  rlvr eval                                         the shipped policy on the microcosm
  rlvr eval --run 3                                 what run 3 made of it, on its test set
  rlvr eval --run 3:best my-suite.yaml              its version that did best on the development set
  rlvr eval my-suite.yaml --policy http://127.0.0.1:8000 --out server.json
  rlvr eval evals/gsm8k.yaml --run 3 --set limit=200
  rlvr eval --policy https://vllm.example.org --api-key-env VLLM_KEY
  rlvr eval --compare 3:0 3                         run 3 before its first step and after its last
  rlvr eval --compare 3 4 --suite development       two runs
  rlvr eval --compare before.json after.json        two kept evaluations`,
    )
    .action(async (suitePath: string | undefined, options: Options) => {
      requireSense(suitePath, options);
      if (options.compare !== undefined) return compareResults({ ...options, sides: options.compare });
      const read = (path: string): Suite => readSuite(path, options.set, userPath("."));
      const suite = suitePath === undefined ? undefined : read(userPath(suitePath));
      return evaluate(options, suite, () => read(packagePath("evals/microcosm.yaml")));
    });
}

function requireSense(suitePath: string | undefined, options: Options): void {
  const { compare, suite, policy, apiKeyEnv, run, set } = options;
  if (set.length > 0 && (compare !== undefined || (suitePath === undefined && run !== undefined)))
    throw badUsage(
      "--set sets options of a suite, and there is none",
      "Name one: rlvr eval SUITE.yaml --set limit=200",
    );
  if (apiKeyEnv !== undefined && policy === undefined)
    throw badUsage("--api-key-env goes with --policy", "Of a run, its recipe names the variable: policy.api_key_env");
  if (compare !== undefined && (compare.length !== 2 || suitePath !== undefined))
    throw badUsage("--compare takes two evaluations and no suite", "Write: rlvr eval --compare A B");
  if (suite !== undefined && compare === undefined)
    throw badUsage("--suite goes with --compare", "To evaluate on a suite, name its file: rlvr eval SUITE.yaml");
}

function badUsage(message: string, advice: string): RlvrError {
  return new RlvrError("bad_usage", message, { advice });
}
