import { setImmediate } from "node:timers/promises";
import workerpool from "workerpool";
import { isRlvrError, messageOf } from "../../core/errors.ts";
import { exitWithParent } from "../../core/process/exit-with-parent.ts";
import { killGroup } from "../../core/process/kill-group.ts";
import { BUILT_IN } from "../library/built-in.ts";
import { openVerifier, type OpenVerifier } from "../open-verifier.ts";
import { errorJudgement, judgeGroup, judgeResponse } from "./judge-response.ts";
import { describeThrown, MAX_ERROR_LENGTH } from "./describe-thrown.ts";
import { guardMemory } from "./memory-guard.ts";
import { keepMessagesOwn } from "./own-messages.ts";
import { JUDGE_METHOD, type Judgement, type VerifierReference, type WorkerCall } from "./worker-protocol.ts";

/** The worker process of a verifier pool: see pool.ts. */

/** Longest that judgements of the library's own verifiers are held back. */
const FLUSH_MS = 20;

const emit = keepMessagesOwn();

/** Verifiers by what they were asked for by: a module is loaded once in a process, as Node does it. */
const opened = new Map<string, Promise<OpenVerifier>>();

function open({ verifier, options }: VerifierReference): Promise<OpenVerifier> {
  const key = JSON.stringify([verifier, options]);
  const known = opened.get(key) ?? openVerifier(verifier, options);
  opened.set(key, known);
  return known;
}

async function judge(call: WorkerCall): Promise<void> {
  memory.setCap(call.memoryMb);
  emit({ kind: "started", pid: process.pid });
  let verifier: OpenVerifier;
  try {
    verifier = await open(call);
    const description = await verifier.ready();
    const asGroup = description.judgesGroups && call.items.length > 1 && !call.alone;
    // What comes with rlvr hardly ever ends its process: its judgements are sent in few messages.
    const inBulk = BUILT_IN.has(call.verifier) && !call.alone;
    emit({ kind: "loaded", description, together: asGroup || inBulk });
    if (asGroup && (await judgeAsGroup(verifier, call))) return;
    await judgeOneByOne(verifier, call, { wasReady: !asGroup, flushMs: inBulk ? FLUSH_MS : 0 });
  } catch (error) {
    await giveUp(call, error);
  }
}

/** Ends a call whose verifier does not load or is not ready. */
async function giveUp({ isKnown, items }: WorkerCall, error: unknown): Promise<void> {
  if (isKnown) {
    await settle(items.map(() => errorJudgement(error, 0)));
    return;
  }
  // Anything else ends the call, and what was thrown reaches the orchestrator as a text.
  if (!isRlvrError(error)) throw new Error(shortMessage(error));
  const { code, message, advice } = error;
  const cut = (text: string): string => text.slice(0, MAX_ERROR_LENGTH);
  emit({ kind: "refused", error: { code, message: cut(message), advice: cut(advice) } });
}

function shortMessage(error: unknown): string {
  try {
    return messageOf(error).slice(0, MAX_ERROR_LENGTH);
  } catch {
    return describeThrown(error);
  }
}

/** Whether the group was judged at once. */
async function judgeAsGroup({ verifier, options }: OpenVerifier, { items, deadlineMs }: WorkerCall): Promise<boolean> {
  const verifyGroup: typeof verifier.verifyGroup = async (inputs) => verifier.verifyGroup?.(inputs, options) ?? [];
  const judgements = await judgeGroup((inputs) => verifyGroup(inputs, options), items, deadlineMs);
  if (judgements === undefined) emit({ kind: "alone" });
  else await settle(judgements);
  return judgements !== undefined;
}

/** @param how `flushMs`: how long a judgement may wait for those after it before all are sent. */
async function judgeOneByOne(
  opener: OpenVerifier,
  { items, deadlineMs }: WorkerCall,
  how: { readonly wasReady: boolean; readonly flushMs: number },
): Promise<void> {
  let isReady = how.wasReady;
  let unsent: Judgement[] = [];
  let sent = performance.now();
  for (const [index, item] of items.entries()) {
    const fault = isReady ? undefined : await failureToGetReady(opener);
    if (fault !== undefined) {
      await settle([...unsent, ...items.slice(index).map(() => fault)]);
      return;
    }
    const judgement = await judgeResponse(opener.verifier, opener.options, item, deadlineMs);
    isReady = judgement.status === "ok";
    unsent.push(judgement);
    if (index < items.length - 1 && performance.now() - sent < how.flushMs) continue;
    await settle(unsent);
    [unsent, sent] = [[], performance.now()];
  }
}

/** Makes a verifier ready again after a response that may have undone it; what is then said of the rest where that fails. */
async function failureToGetReady(opener: OpenVerifier): Promise<Judgement | undefined> {
  emit({ kind: "preparing" });
  try {
    await opener.ready();
  } catch (error) {
    return errorJudgement(error, 0);
  }
  emit({ kind: "ready" });
  return undefined;
}

async function settle(judgements: readonly Judgement[]): Promise<void> {
  // A promise that this call left rejected takes the process down here, before the verdict: not in the next call.
  await setImmediate();
  emit({ kind: "judged", judgements });
}

/** Ends with all that verifiers started. */
const end = (): void => killGroup(process.pid);

process.once("disconnect", end);
exitWithParent();
const memory = guardMemory();
workerpool.worker({ [JUDGE_METHOD]: judge }, { onTerminate: end });
