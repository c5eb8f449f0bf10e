import { Command, Option } from "commander";
import { RlvrError } from "../../core/errors.ts";
import { keyFlagIn } from "../../core/secrets/key-arguments.ts";
import { plannedVllm, startVllm, type VllmOptions } from "../../policy/vllm/start-vllm.ts";
import { SERVED_MODEL, shellLine } from "../../policy/vllm/vllm-command.ts";
import { readRunVersion, type RunVersion } from "../../core/run-version.ts";
import { adapterRank } from "../../run/services/serve-policy.ts";
import type { OpenedVersion } from "../../run/versions/open-version.ts";
import { databaseOption, jsonOption, wholeNumber } from "../common-options.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { servedRun } from "../served-run.ts";
import { keyNamed } from "../server-options.ts";
import { pythonPath, userPath } from "../user-path.ts";

interface StartVllmOptions {
  readonly model?: string;
  readonly run?: RunVersion;
  readonly db: string;
  readonly python?: string;
  readonly port?: number;
  readonly loraRank?: number;
  readonly apiKeyEnv?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Port of a command line that is run elsewhere. */
const DEFAULT_PORT = 8000;

const EXAMPLES = `
Everything after -- goes to vLLM as it is. Its log goes to standard error.

Examples:
  rlvr policy setup                                        # once: an environment with vLLM
  rlvr policy start vllm --model models/qwen --lora-rank 16
  rlvr policy start vllm --model models/qwen --python .venv/bin/python --port 8000 -- --max-model-len 4096
  rlvr policy start vllm --model models/qwen --dry-run     # the command line, to run elsewhere
  rlvr policy start vllm --run 3:best                      # what run 3 made of its model, beside the base`;

/** `rlvr policy start`: servers of others, with what rlvr needs of them. */
export function policyStartCommand(): Command {
  return new Command("start")
    .description("start another policy server with the flags that a run needs")
    .addCommand(startVllmCommand());
}

/** `rlvr policy start vllm`: vLLM in the foreground. Prints its URL to standard output when it answers. */
function startVllmCommand(): Command {
  return new Command("vllm")
    .description("start vLLM on this machine, and end it with this command")
    .option("--model <dir>", "directory of a Hugging Face model: config.json, safetensors, tokenizer")
    .addOption(
      new Option("--run <run>", "a version of a run in place of --model: RUN, RUN:STEP or RUN:best")
        .argParser(readRunVersion)
        .conflicts("model"),
    )
    .addOption(databaseOption())
    .option(
      "--python <path>",
      "Python of an environment with vLLM (default: that of the run's recipe, of rlvr policy setup, or else python3)",
    )
    .option("--port <n>", "port (default: any free one)", wholeNumber(1))
    .option("--lora-rank <n>", "serve adapters up to this rank, for trainer.torch.mode lora", wholeNumber(1))
    .option("--api-key-env <name>", "environment variable that holds the key that its clients must bring")
    .option("--dry-run", "print the command line and start nothing", false)
    .addOption(jsonOption())
    .argument("[args...]", "further arguments of vLLM, after --")
    .addHelpText("after", EXAMPLES)
    .action(async (args: readonly string[], options: StartVllmOptions) => {
      refuseKeys(args);
      const { model, run, db, python, dryRun, json, apiKeyEnv, ...more } = options;
      const served = run === undefined ? ofModel(model) : ofRun(servedRun(run, userPath(db), "vllm"));
      const vllm: VllmOptions = {
        ...served,
        ...more,
        loraRank: more.loraRank ?? served.loraRank,
        // Who starts one by hand and names no key wants none.
        apiKey: keyNamed(apiKeyEnv) ?? "",
        python: python === undefined ? served.python : pythonPath(python),
        args: [...served.args, ...args],
      };
      if (dryRun) {
        if (vllm.weights !== undefined) throw needsFolder(run);
        const { port: _, ...command } = await plannedVllm({ port: DEFAULT_PORT, ...vllm });
        process.stdout.write(`${json ? JSON.stringify(command) : shellLine(command)}\n`);
      } else await supervise(vllm, json);
    });
}

interface Served extends Pick<
  VllmOptions,
  "modelDirectory" | "weights" | "loraRank" | "adapter" | "python" | "trustRemoteCode"
> {
  readonly args: readonly string[];
}

function ofModel(model: string | undefined): Served {
  if (model !== undefined) return { modelDirectory: userPath(model), args: [] };
  throw new RlvrError("bad_usage", "there is nothing to serve", {
    advice: "Name a model with --model DIR or --run RUN.",
  });
}

/** A version of a run: its adapter beside the base, or all of its weights in place of the base's. */
function ofRun({ run, step, recipe: { policy, ...recipe }, weights: { directory } }: OpenedVersion): Served {
  const loraRank = adapterRank({ policy, ...recipe });
  const own =
    loraRank === undefined
      ? { weights: directory }
      : { loraRank, adapter: directory === undefined ? undefined : { name: `run-${run.id}-step-${step}`, directory } };
  return {
    ...own,
    modelDirectory: policy.model,
    python: policy.vllm?.python,
    args: policy.vllm?.args ?? [],
    trustRemoteCode: policy.trust_remote_code,
  };
}

/** The folder that a vLLM is started on is made of two, and is gone with this command. */
function needsFolder(run: RunVersion | undefined): RlvrError {
  return new RlvrError(
    "bad_usage",
    "the weights of a run that trains all of them lie apart from the rest of its model",
    {
      advice: `Make a folder of both, and name it with --model: rlvr export ${run?.runId ?? "RUN"} --format model`,
    },
  );
}

/** A command line is for every user of the machine to read. */
function refuseKeys(args: readonly string[]): void {
  const flag = keyFlagIn(args);
  if (flag === undefined) return;
  throw new RlvrError("bad_usage", `${flag} would stand in the list of processes, for every user to read`, {
    advice:
      "Leave it out: only this machine reaches the server. For others, start the command line that --dry-run prints by hand, " +
      "with VLLM_API_KEY in its environment.",
  });
}

async function supervise(vllm: VllmOptions, json: boolean): Promise<void> {
  const interrupt = listenForInterrupt();
  const { signal } = interrupt;
  try {
    const tell = (line: string): void => void process.stderr.write(`${line}\n`);
    const server = await startVllm({ ...vllm, signal, onLine: tell, onWarning: (text) => tell(`rlvr: ${text}`) });
    const { adapter, modelDirectory } = vllm;
    const ask = adapter === undefined ? "" : `\nas the model ${adapter.name}; the base is ${SERVED_MODEL}`;
    const lines = `serving ${modelDirectory} at ${server.url}${ask}\nin a recipe:\n  policy:\n    url: ${server.url}`;
    const told = { url: server.url, model: adapter?.name ?? SERVED_MODEL };
    process.stdout.write(`${json ? JSON.stringify(told) : lines}\n`);
    const { code, signal: ended } = await server.exited;
    if (signal.aborted) return;
    throw new RlvrError("policy_failed", `vLLM ended (${ended ?? `code ${code}`})`, {
      advice: "See the end of its log above.",
    });
  } catch (error) {
    // Ctrl-C while it starts is as tidy an end as later.
    if (!signal.aborted) throw error;
  } finally {
    interrupt.release();
  }
}
