import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { isPresent } from "../src/core/files/files.ts";
import { PYTHON } from "./blocks.ts";
import { isBusy, load, machine, versions } from "./machine.ts";
import { printedLines } from "./printed-lines.ts";
import { median, table } from "./table.ts";

/**
 * Completions per second that a client on one core takes from a server that answers at once: rlvr's, AsyncOpenAI and
 * aiohttp in turn, and rlvr's memory over many requests. See bench/README.md.
 */

const SIDES = ["rlvr", "openai", "aiohttp"] as const;
type Side = (typeof SIDES)[number];
const NAMES: Record<Side, string> = { rlvr: "rlvr", openai: "AsyncOpenAI", aiohttp: "aiohttp + json" };
const TOKENS = 512;
const HERE = import.meta.dirname;

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "4000" },
    streamed: { type: "string", default: "600" },
    rounds: { type: "string", default: "5" },
    memory: { type: "string", default: "100000" },
    "in-flight": { type: "string", default: "64" },
    out: { type: "string", default: join(HERE, "results/client-throughput.md") },
    force: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
if (!isPresent(PYTHON)) fail("The environment bench/.venv is missing: bench/README.md says how to make it.");
if (isBusy() && !values.force)
  fail(`The machine is busy (load ${load()}): the clients need it for themselves. Wait, or measure anyway: --force.`);

/** What a block prints. */
interface Block {
  readonly seconds: number;
  readonly tokens: number;
  readonly logprobs: number;
  /** Bytes after each tenth of the requests; of rlvr only. */
  readonly rss: readonly number[];
}
type Round = Readonly<Record<Side, number>>;

const loadBefore = load();
// One core for the server, another for the client, whichever it is.
const stub = spawn("taskset", ["-c", "1", process.execPath, join(HERE, "client-stub.ts")], {
  stdio: ["ignore", "pipe", "inherit"],
});
const [port] = (await once(createInterface(stub.stdout), "line")) as [string];
const url = `http://127.0.0.1:${port}`;
let text: string;
try {
  const whole = await roundsOf(Number(values.requests), false);
  const streamed = await roundsOf(Number(values.streamed), true);
  const memory = await block("rlvr", Number(values.memory), false);
  text = report(whole, streamed, memory);
} finally {
  stub.kill();
}
writeFileSync(resolve(values.out), text);
console.log(`\n${text}\nWritten to ${resolve(values.out)}`);

async function roundsOf(requests: number, isStreamed: boolean): Promise<Round[]> {
  const all: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const rates: Record<Side, number> = { rlvr: 0, openai: 0, aiohttp: 0 };
    // Each round begins with another side, so that a drift of the machine meets all alike.
    for (let turn = 0; turn < SIDES.length; turn++) {
      const side = SIDES[(round + turn) % SIDES.length] as Side;
      rates[side] = requests / (await block(side, requests, isStreamed)).seconds;
    }
    all.push(rates);
    const told = SIDES.map((side) => `${NAMES[side]} ${rates[side].toFixed(1)}`).join(", ");
    console.log(`${isStreamed ? "streamed" : "whole"}, round ${round + 1}: ${told} completions a second`);
  }
  return all;
}

/** Runs a block in a fresh process. @throws when it did not read every token and its log-probability. */
async function block(side: Side, requests: number, isStreamed: boolean): Promise<Block> {
  const program =
    side === "rlvr"
      ? [process.execPath, join(HERE, "client-block.ts")]
      : [PYTHON, join(HERE, "client_peers.py"), "--side", side];
  const counts = [
    "--requests",
    String(requests),
    "--in-flight",
    values["in-flight"],
    ...(isStreamed ? ["--stream"] : []),
  ];
  const [line = ""] = await printedLines("taskset", ["-c", "0", ...program, "--url", url, ...counts]);
  const done = JSON.parse(line) as Block;
  if (done.tokens !== requests * TOKENS || !(done.logprobs < 0))
    throw new Error(`${side} read ${done.tokens} tokens of ${requests} completions`);
  return done;
}

function report(whole: readonly Round[], streamed: readonly Round[], memory: Block): string {
  return `# Client throughput: completions per second on one core

In one piece, rlvr's client takes ${ratio(whole, "openai")} times as many completions of ${TOKENS} tokens a second as AsyncOpenAI and
${ratio(whole, "aiohttp")} times as many as aiohttp with json; streamed, ${ratio(streamed, "openai")} and ${ratio(streamed, "aiohttp")} times (medians of the paired ratios).
What is compared stands in [bench/README.md](../README.md).

- ${new Date().toISOString().slice(0, 10)}, ${machine()}; load ${loadBefore} before, ${load()} after
- ${versions(["undici", "eventsource-parser"], ["openai", "httpx", "pydantic", "aiohttp"])}
- ${rounds} rounds of ${values.requests} completions in one piece and ${values.streamed} streamed, ${values["in-flight"]} in flight

## In one piece

${roundTable(whole)}

## Streamed, a token a chunk

${roundTable(streamed)}

## Memory of rlvr's client over ${values.memory} completions

${table(
  ["after", "resident MiB"],
  memory.rss.map((bytes, index) => [
    String(Math.floor(Number(values.memory) / 10) * (index + 1)),
    (bytes / 2 ** 20).toFixed(0),
  ]),
)}
`;
}

function roundTable(all: readonly Round[]): string {
  return table(
    ["round", ...SIDES.map((side) => NAMES[side]), "rlvr / AsyncOpenAI", "rlvr / aiohttp"],
    all.map((rates, index) => [
      String(index + 1),
      ...SIDES.map((side) => rates[side].toFixed(1)),
      (rates.rlvr / rates.openai).toFixed(2),
      (rates.rlvr / rates.aiohttp).toFixed(2),
    ]),
  );
}

function ratio(all: readonly Round[], peer: Side): string {
  return median(all.map((rates) => rates.rlvr / rates[peer])).toFixed(1);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
