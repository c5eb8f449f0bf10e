import { Command, InvalidArgumentError, Option } from "commander";
import { runServer } from "../../policy/onnx/http/run-server.ts";
import { RlvrError } from "../../core/errors.ts";
import { readRunVersion, type RunVersion } from "../../core/run-version.ts";
import type { OpenedVersion } from "../../run/versions/open-version.ts";
import { databaseOption, jsonOption } from "../common-options.ts";
import { servedRun } from "../served-run.ts";
import { keyNamed } from "../server-options.ts";
import { userPath } from "../user-path.ts";
import { DEVICES } from "../../policy/onnx/open-session.ts";

interface PolicyServeOptions {
  readonly model?: string;
  readonly run?: RunVersion;
  readonly db: string;
  readonly weights?: string;
  readonly variant?: string;
  readonly host: string;
  readonly port: number;
  readonly apiKeyEnv?: string;
  readonly device: (typeof DEVICES)[number];
  readonly mode?: "deterministic" | "fast";
  readonly workers?: number;
  readonly json: boolean;
}

const EXAMPLES = `
Endpoints (a subset of vLLM's):
  GET  /health, /v1/models, /metrics, /is_paused
  POST /v1/completions, /tokenize, /detokenize, /pause, /resume, /load_export

Examples:
  $ rlvr policy serve --model policies/tiny
  $ curl localhost:8000/tokenize -d '{"messages": [{"role": "user", "content": "12+3"}]}'
  $ curl localhost:8000/v1/completions -d '{"prompt": [3, 4, 12, 5, 17], "n": 4, "max_tokens": 8, "logprobs": 0}'

What a run made of its policy, and a version of it that did well:
  $ rlvr policy serve --run 3
  $ rlvr policy serve --run 3:best --port 8001

For other machines, with a key of one's own in an environment variable:
  $ RLVR_KEY=$(openssl rand -hex 32) rlvr policy serve --model policies/tiny --host 0.0.0.0 --api-key-env RLVR_KEY

A Hugging Face model in ONNX, from the hub's onnx-community or exported with optimum (docs/onnx-server.md):
  $ rlvr policy serve --model models/SmolLM2-135M-Instruct --variant q4

A completion of a policy in rlvr's own layout depends on the weights, its prompt, its seed and its sampling settings
only, whatever else is running (--mode deterministic on cpu). With a Hugging Face model what else is running changes
the rounding of its log-probabilities.`;

/** `rlvr policy serve`: the ONNX policy server in the foreground. Prints its URL to standard output when it listens. */
export function policyServeCommand(): Command {
  return new Command("serve")
    .description("serve an ONNX policy over a subset of vLLM's HTTP API")
    .option(
      "--model <dir>",
      "directory with config.json, tokenizer.json and graphs/step.onnx (rlvr's own) or onnx/model.onnx (Hugging Face's)",
    )
    .addOption(
      new Option("--run <run>", "a version of a run in place of --model: RUN, RUN:STEP or RUN:best")
        .argParser(readRunVersion)
        .conflicts(["model", "weights", "variant"]),
    )
    .addOption(databaseOption())
    .option("--variant <name>", "which graph of a Hugging Face model: q4 serves model_q4.onnx (default: model.onnx)")
    .option("--weights <file>", "weights to serve in place of the model's own, as version 0")
    .option("--port <n>", "port; 0 takes any free one", integerFrom(0, 65_535), 8000)
    .option("--host <address>", "address to listen on; beyond this machine only with a key", "127.0.0.1")
    .option("--api-key-env <name>", "environment variable that holds the key that requests must bring")
    .addOption(new Option("--device <name>", "where the graph runs").choices(DEVICES).default("cpu"))
    .addOption(
      new Option(
        "--mode <name>",
        "fast uses all cores for a batch; bits then depend on what else runs (default: deterministic; fast for a Hugging Face model)",
      ).choices(["deterministic", "fast"]),
    )
    .option(
      "--workers <n>",
      "inference threads, each with its own copy of a Hugging Face model (default: up to 2; 1 for such a model)",
      integerFrom(1, 256),
    )
    .addHelpText("after", EXAMPLES)
    .addOption(jsonOption())
    .action(async ({ model, run, db, weights, workers, apiKeyEnv, json, ...options }: PolicyServeOptions) => {
      const apiKey = keyNamed(apiKeyEnv);
      const { name, ...served } =
        run === undefined ? ofModel(model, weights) : ofRun(servedRun(run, userPath(db), "rlvr"));
      await runServer(
        { ...options, ...served, workers, apiKey },
        ["SIGINT", "SIGTERM"],
        ({ url, policyVersion, device }) => {
          const line = `serving ${name} (policy version ${policyVersion}, on ${device}) at ${url}`;
          process.stdout.write(`${json ? JSON.stringify({ url, policyVersion, device }) : line}\n`);
        },
      );
    });
}

function ofModel(model: string | undefined, weights: string | undefined) {
  if (model !== undefined)
    return { name: model, modelDirectory: userPath(model), weights: weights && userPath(weights) };
  throw new RlvrError("bad_usage", "there is nothing to serve", {
    advice: "Name a policy with --model DIR or --run RUN.",
  });
}

function ofRun({ run, step, recipe, weights: { directory, policyVersion } }: OpenedVersion) {
  return {
    name: `run ${run.id} after step ${step}`,
    modelDirectory: recipe.policy.model,
    weights: recipe.policy.weights,
    exported: directory === undefined ? undefined : { directory, policyVersion },
  };
}

function integerFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`Give an integer from ${least} to ${most}.`);
    }
    return value;
  };
}
