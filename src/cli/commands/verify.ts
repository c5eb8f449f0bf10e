import { Command } from "commander";
import { createInterface } from "node:readline";
import { z } from "zod";
import { RlvrError, messageOf } from "../../core/errors.ts";
import { createVerifierPool, type VerifierPool } from "../../verifiers/pool/pool.ts";
import type { Verdict } from "../../verifiers/verdict.ts";
import type { VerifierItem } from "../../verifiers/pool/worker-protocol.ts";
import { jsonOption, wholeNumber } from "../common-options.ts";
import { openInput } from "../input.ts";
import { writeOut } from "../output.ts";
import { optionsOf, setOption, type SetEntry } from "../set-option.ts";
import { userPath } from "../user-path.ts";

/** Lines sent to a worker at once, and such packets under way: what bounds the memory. */
const PACKET = 32;
const PACKETS_IN_FLIGHT = 16;

const lineSchema = z.object({
  problem: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  answer: z.string(),
  response: z.string(),
});

interface VerifyOptions {
  readonly input: string;
  readonly set: readonly SetEntry[];
  readonly deadlineMs: number;
}

/** `rlvr verify VERIFIER --input FILE.jsonl`: scores responses offline, a verdict a line in order. */
export function verifyCommand(): Command {
  return new Command("verify")
    .description("score responses offline")
    .argument(
      "<verifier>",
      "name of the verifier, path of its module, python:FILE.py:FUNCTION, or reasoning-gym:DATASET",
    )
    .requiredOption("--input <file>", "JSON Lines of {problem?, answer, response}, or - for stdin")
    .addOption(setOption("an option of the verifier, such as absolute=0.01; may be repeated"))
    .option("--deadline-ms <ms>", "run time after which a response ends as timeout", wholeNumber(1), 10_000)
    .addOption(jsonOption())
    .action(verify);
}

async function verify(name: string, { input, set, deadlineMs }: VerifyOptions): Promise<void> {
  const verifier = absoluteReference(name);
  const call = { verifier, options: optionsOf(set), deadlineMs };
  const source = openInput(input);
  const pool = createVerifierPool();
  const start = performance.now();
  const counts = { passed: 0, failed: 0, error: 0, timeout: 0, skipped: 0 };
  try {
    // Wrong names and options show before the first line is read, also when there is none.
    await pool.verifyGroup({ ...call, items: [] });
    for await (const verdict of verdictsOf(pool, call, itemsOf(source, input))) {
      counts[verdict.status === "ok" ? (verdict.passed ? "passed" : "failed") : verdict.status]++;
      await writeOut(`${JSON.stringify(outputOf(verdict))}\n`);
    }
  } finally {
    await pool.close();
    const judged = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const parts = Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    process.stderr.write(`${judged} responses in ${seconds} s${parts.length > 0 ? `: ${parts.join(", ")}` : ""}\n`);
  }
}

/** The verifier that a person named, with its path made absolute where it has one. */
function absoluteReference(name: string): string {
  const [, scheme = "", path = ""] = /^(python: *)?(.*)$/s.exec(name) ?? [];
  if (scheme !== "") return `python:${userPath(path)}`;
  return /[/\\]/.test(name) ? userPath(name) : name;
}

/** Verdicts in the order of their items, a bounded number of packets ahead of the reader. */
async function* verdictsOf(
  pool: VerifierPool,
  call: Omit<Parameters<VerifierPool["verifyGroup"]>[0], "items">,
  items: AsyncIterable<VerifierItem>,
): AsyncGenerator<Verdict> {
  const inFlight: Promise<Verdict[]>[] = [];
  let packet: VerifierItem[] = [];
  const send = (): void => {
    const verdicts = pool.verifyGroup({ ...call, items: packet });
    // Awaited below, in order; until then a failure must not count as unhandled.
    verdicts.catch(() => {});
    inFlight.push(verdicts);
    packet = [];
  };
  let fault: unknown;
  try {
    for await (const item of items) {
      packet.push(item);
      if (packet.length < PACKET) continue;
      send();
      if (inFlight.length >= PACKETS_IN_FLIGHT) yield* (await inFlight.shift()) ?? [];
    }
  } catch (error) {
    fault = error;
  }
  // What came before a bad line is still judged and written.
  if (packet.length > 0) send();
  for (const verdicts of inFlight) yield* await verdicts;
  if (fault !== undefined) throw fault;
}

async function* itemsOf(source: NodeJS.ReadableStream, file: string): AsyncGenerator<VerifierItem> {
  let number = 0;
  for await (const line of createInterface({ input: source, crlfDelay: Infinity })) {
    number++;
    if (line.trim() !== "") yield parseLine(line, `${file}, line ${number}`);
  }
}

function parseLine(line: string, where: string): VerifierItem {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw badLine(where, `not JSON (${messageOf(error)})`, error);
  }
  const result = lineSchema.safeParse(value);
  if (!result.success) {
    const faults = result.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`.trim());
    throw badLine(where, faults.join("; "), result.error);
  }
  const { problem, answer, response } = result.data;
  const record = typeof problem === "object" ? problem : problem === undefined ? {} : { problem };
  return { problem: { answer, ...record }, answer, response };
}

function badLine(where: string, fault: string, cause: unknown): RlvrError {
  return new RlvrError("bad_usage", `${where}: ${fault}`, {
    advice: 'Each line is a JSON object such as {"answer": "4", "response": "2+2=4"}; the lines before it were judged.',
    cause,
  });
}

function outputOf(verdict: Verdict): Record<string, unknown> {
  const ms = Number(verdict.runMs.toFixed(3));
  if (verdict.status !== "ok") {
    return { status: verdict.status, passed: null, score: null, extracted: null, ms, error: verdict.error };
  }
  const { status, passed, score, extracted } = verdict;
  return { status, passed, score, extracted, ms };
}
