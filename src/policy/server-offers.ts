import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { RlvrError } from "../core/errors.ts";
import { listUpTo, naturalNumbers } from "../core/hostile-list.ts";
import { refusalStatus } from "./http-refusal.ts";
import type { ServerConnection } from "./server-connection.ts";
import { probeAdministration, type AdministrationOffers } from "./vllm/probe-administration.ts";
import { probeSampling, type SamplingOffers } from "./vllm/probe-sampling.ts";

/** What a policy server is and offers, found by asking it. */
export interface ServerOffers extends AdministrationOffers, SamplingOffers {
  /** `rlvr`: its own ONNX server. `vllm`: tells a version of its own. */
  readonly kind: "rlvr" | "vllm" | "other";
  /** vLLM's version, as it says. */
  readonly version: string | undefined;
  /** Name to send as `model` for the base. */
  readonly model: string;
  /** Directory or hub name of the base's weights, as the server was started with them; undefined when not told. */
  readonly root: string | undefined;
  /** Most tokens of prompt and completion together. */
  readonly maxModelLength: number;
  /** Version of the weights that rlvr's own server has; undefined of any other. */
  readonly policyVersion: number | undefined;
  /** Whether it renders conversations by the policy's chat template (/tokenize). */
  readonly chat: boolean;
}

/** Most models and adapters of a server. */
const MAX_MODELS = 10_000;

const modelsAnswer = z.object({
  policy_version: z.int().nonnegative().optional(),
  data: listUpTo(
    MAX_MODELS,
    z.object({
      id: z.string(),
      root: z.string().nullish(),
      parent: z.string().nullish(),
      max_model_len: z.int().positive().nullish(),
    }),
    1,
  ),
});

/** What a server serves: its base model and its adapters. */
export type ServedModels = z.infer<typeof modelsAnswer>;

/** A message that any tokenizer knows the characters of. */
const MESSAGES = [{ role: "user", content: "1" }];
/** A prompt for a policy without a chat template: ids that any vocabulary has. */
const ANY_PROMPT = [1, 2, 3];
/** How long a server that is paused, as while somebody loads weights, is waited for, in milliseconds. */
const PAUSE_MS = 10_000;

/**
 * Asks a server what it is and offers. Takes the time of a few tokens, and changes nothing there.
 * @throws RlvrError `policy_unreachable`, `bad_request` (a key is missing), `policy_failed` of a server that stays paused
 * or asleep, `protocol_violation` of one that is no policy server.
 */
export async function probeServer(server: ServerConnection, signal: AbortSignal): Promise<ServerOffers> {
  const served = await servedModels(server, signal);
  const base = served.data.find(({ max_model_len: length }) => typeof length === "number");
  if (base === undefined) {
    throw new RlvrError("protocol_violation", `${server.url} does not tell how long its context is`, {
      advice: "rlvr samples from vLLM and from its own server, which tell max_model_len at /v1/models.",
    });
  }
  await waitUntilAwake(server, signal);
  const model = base.id;
  const [version, promptIds, administration] = await Promise.all([
    versionOf(server, signal),
    tokenised(server, model, signal),
    probeAdministration(server, signal),
  ]);
  const { policy_version: policyVersion } = served;
  return {
    ...administration,
    ...(await probeSampling(server, model, promptIds ?? ANY_PROMPT, signal)),
    kind: policyVersion === undefined ? (version === undefined ? "other" : "vllm") : "rlvr",
    version,
    model,
    root: base.root ?? undefined,
    maxModelLength: base.max_model_len ?? 0,
    policyVersion,
    chat: promptIds !== undefined,
  };
}

/** Lists what a server serves. */
export async function servedModels(server: ServerConnection, signal: AbortSignal): Promise<ServedModels> {
  try {
    return await server.ask("/v1/models", { schema: modelsAnswer, signal });
  } catch (error) {
    if (refusalStatus(error) !== 401) throw error;
    throw new RlvrError("bad_request", `${server.url} wants an API key, or another one`, {
      advice: "Name the environment variable that holds it: policy.api_key_env in the recipe, --api-key-env here.",
      cause: error,
    });
  }
}

/** Completions of a server that is paused or asleep would never come. */
async function waitUntilAwake(server: ServerConnection, signal: AbortSignal): Promise<void> {
  for (const end = performance.now() + PAUSE_MS; ; await sleep(100, undefined, { signal })) {
    const [isPaused, isSleeping] = await Promise.all([
      flag(server, "/is_paused", signal),
      flag(server, "/is_sleeping", signal),
    ]);
    if (!isPaused && !isSleeping) return;
    if (performance.now() < end) continue;
    throw new RlvrError("policy_failed", `${server.url} is ${isSleeping ? "asleep" : "paused"} and stays so`, {
      advice: `If nobody else works with it: curl -X POST ${server.url}/${isSleeping ? "wake_up" : "resume"}`,
    });
  }
}

async function flag(server: ServerConnection, path: string, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await server.ask(path, { schema: z.record(z.string(), z.unknown()), signal });
    return Object.values(answer)[0] === true;
  } catch (error) {
    if (refusalStatus(error) === 404) return false;
    throw error;
  }
}

async function versionOf(server: ServerConnection, signal: AbortSignal): Promise<string | undefined> {
  try {
    return (await server.ask("/version", { schema: z.object({ version: z.string() }), signal })).version;
  } catch (error) {
    if (refusalStatus(error) === 404) return undefined;
    throw error;
  }
}

async function tokenised(
  server: ServerConnection,
  model: string,
  signal: AbortSignal,
): Promise<readonly number[] | undefined> {
  const schema = z.object({ tokens: naturalNumbers });
  const body = { model, messages: MESSAGES, add_generation_prompt: true };
  try {
    const { tokens } = await server.ask("/tokenize", { body, schema, signal });
    return tokens.length === 0 ? undefined : tokens;
  } catch (error) {
    if (refusalStatus(error) === undefined) throw error;
    return undefined;
  }
}
