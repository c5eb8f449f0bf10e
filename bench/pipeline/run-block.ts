import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { packagePath } from "../../src/core/package-files.ts";
import type { RunEvent, StepFinished } from "../../src/run/events.ts";
import { readRecipe } from "../../src/run/start/read-recipe.ts";
import { startRun } from "../../src/run/start/start-run.ts";
import { workOn } from "../../src/run/work.ts";
import { openDatabase } from "../../src/tracking/database.ts";
import { readProtocolFile } from "../../src/trainer/protocol/json.ts";
import { batchManifest } from "../../src/trainer/protocol/schemas.ts";
import { scriptedTrainer } from "../../test/support/scripted/scripted-trainer.ts";
import type { RunMeasures, RunPlan } from "./run-plan.ts";
import type { StubUse } from "./stub-replicas.ts";

/**
 * Works one run in a fresh process: the real loop, client, database and verifiers, on stub replicas in a process of their own
 * and a trainer that waits for as long as the replicas' slots worked on the batch. Prints {@link RunMeasures}.
 */

/** Problems of the set; each is drawn again and again. */
const PROBLEMS = 512;

const plan = JSON.parse(process.argv[2] ?? "") as RunPlan;
const folder = mkdtempSync(join(tmpdir(), "rlvr-bench-pipeline-"));
const stub = fork(join(import.meta.dirname, "stub-replicas.ts"), [JSON.stringify(plan.stub)]);
try {
  const [urls] = (await once(stub, "message")) as [string[]];
  console.log(JSON.stringify(await worked(urls)));
} finally {
  stub.disconnect();
  rmSync(folder, { recursive: true });
}

async function worked(urls: readonly string[]): Promise<RunMeasures> {
  const databasePath = join(folder, "rlvr.db");
  const db = openDatabase(databasePath);
  const recipeFile = writeRecipe(urls);
  const run = await startRun(db, readRecipe(recipeFile), { recipeFile });
  const steps: StepFinished[] = [];
  let began: { readonly at: number; readonly cpu: NodeJS.CpuUsage } | undefined;
  let measured: Pick<RunMeasures, "wallSeconds" | "cpuSeconds"> | undefined;
  let trainerSeconds = 0;
  const loop = monitorEventLoopDelay({ resolution: 5 });
  const listen = (event: RunEvent): void => {
    if (event.type === "step_started" && began === undefined) {
      began = { at: performance.now(), cpu: process.cpuUsage() };
      loop.enable();
    }
    if (event.type !== "step_finished" || began === undefined) return;
    steps.push(event);
    const { user, system } = process.cpuUsage(began.cpu);
    measured = { wallSeconds: (performance.now() - began.at) / 1000, cpuSeconds: (user + system) / 1e6 };
  };
  const train = async (batchDirectory: string): Promise<void> => {
    const seconds = trainingSeconds(batchDirectory);
    await sleep(seconds * 1000);
    trainerSeconds += seconds;
  };
  const signal = new AbortController().signal;
  await workOn({ db, databasePath, run, signal, listen, ports: { createTrainer: scriptedTrainer(train) } });
  loop.disable();
  const use = await useOf(stub);
  const stored = db.$client.prepare("SELECT count(*) AS rollouts, sum(tokens) AS tokens FROM rollouts").get();
  const { rollouts, tokens } = stored as { rollouts: number; tokens: number };
  const bytes = db.$client
    .prepare("SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size")
    .get();
  db.$client.close();
  if (measured === undefined || use.tokens !== tokens || rollouts !== plan.steps * plan.groups * plan.groupSize)
    throw new Error(`${rollouts} rollouts of ${tokens} tokens are rows, the replicas drew ${use.tokens}`);
  return {
    ...measured,
    stub: use,
    trainerSeconds,
    rollouts,
    tokens,
    staleness: steps.reduce((sum, { staleness }) => sum + (staleness?.mean ?? 0), 0) / steps.length,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    databaseBytes: (bytes as { bytes: number }).bytes,
    loopDelayMs: { p99: loop.percentile(99) / 1e6, max: loop.max / 1e6 },
  };
}

/** As long as all slots together took for the completions of a batch. */
function trainingSeconds(batchDirectory: string): number {
  const { replicas, slots, microsPerToken } = plan.stub;
  const tokens = readProtocolFile(batchManifest, join(batchDirectory, "manifest.json"))?.counts.action_tokens ?? 0;
  return (tokens * microsPerToken) / (replicas * slots) / 1e6;
}

async function useOf(process: ChildProcess): Promise<StubUse> {
  process.send("use");
  const [use] = (await once(process, "message")) as [StubUse];
  return use;
}

function writeRecipe(urls: readonly string[]): string {
  const problems = Array.from({ length: PROBLEMS }, (_, at) => ({
    problem: `Is ${at} a number? 1 or 0.`,
    answer: "1",
  }));
  writeFileSync(join(folder, "problems.jsonl"), problems.map((each) => `${JSON.stringify(each)}\n`).join(""));
  const recipe = {
    name: "pipeline-bench",
    seed: 1,
    steps: plan.steps,
    problems: { practice: "problems.jsonl" },
    policy: { model: packagePath("policies/tiny"), url: urls },
    sampling: {
      groups: plan.groups,
      group_size: plan.groupSize,
      max_tokens: plan.maxTokens,
      concurrency: plan.concurrency,
    },
    pipeline: plan.pipeline,
    verifiers: [{ name: "gsm8k" }],
    objective: { name: "grpo" },
    trainer: { learning_rate: 1e-6 },
  };
  const file = join(folder, "recipe.yaml");
  writeFileSync(file, stringify(recipe));
  return file;
}
