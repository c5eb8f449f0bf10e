import { isRlvrError, messageOf } from "../../core/errors.ts";
import { plainError, type PlainError } from "../../core/texts/plain-error.ts";
import { uniformAt } from "../../core/random.ts";
import { ActiveRequest } from "./active-request.ts";
import { KvCache, type PromptState } from "./kv-cache.ts";
import type { PolicyGraph } from "./policy-graph.ts";
import type { ModelConfig } from "./policy-model.ts";
import { givePrompts } from "./http/give-prompts.ts";
import { PromptCache } from "./prompt-cache.ts";
import { Sampler } from "./sampler.ts";
import { StepTally } from "./step-tally.ts";
import type { Decoding, EndReason, FromWorker, GenerateRequest } from "./worker-messages.ts";

/** Part of the memory for keys and values that finished prompts may take besides. */
const PROMPT_CACHE_PART = 1 / 8;
/** The batch runs with a multiple of this many rows, so that its buffers are seldom laid out anew. */
const ROW_BLOCK = 4;
/** Steps between two reports. */
const REPORT_STEPS = 64;
/** In place of a token: the completion has ended. */
const ENDED = -1;

/** A completion in the running batch. */
interface Row {
  readonly active: ActiveRequest;
  readonly choice: number;
  /** Tokens in the cache: the slot and the position of the next one. */
  length: number;
  /** The token to feed next. */
  token: number;
}

/** What a {@link Scheduler} works with. */
export interface SchedulerParts {
  readonly config: ModelConfig;
  readonly graph: PolicyGraph;
  readonly maxRows: number;
  /** Most bytes of keys and values of the running batch; one completion runs whatever it needs. */
  readonly cacheBytes: number;
  readonly minRows: number;
  /** The text of each list of ids, for stop strings. */
  readonly decode: (decoding: Decoding) => Promise<readonly string[]>;
  readonly send: (message: FromWorker) => void;
}

/**
 * Continuous batching: completions join the running batch between two steps and leave it when they end. With a policy
 * in rlvr's own layout a completion depends on the weights, its prompt, its seed and its sampling settings only: a row's
 * numbers do not depend on the other rows of a batch of two or more on one intra-op thread, nor on the width of the
 * cache, and a prompt is padded to a length that follows from its own alone. With a Hugging Face graph the rest of the
 * batch changes the rounding of a row's numbers.
 */
export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #cache: KvCache;
  readonly #prompts: PromptCache;
  /** Most slots of the cache: rows times the tokens of the longest. */
  readonly #maxSlots: number;
  readonly #sampler: Sampler;
  readonly #waiting: ActiveRequest[] = [];
  readonly #active = new Map<number, ActiveRequest>();
  readonly #rows: Row[] = [];
  readonly #eos: ReadonlySet<number>;
  readonly #ids: Int32Array;
  readonly #slots: Int32Array;
  readonly #tally = new StepTally();
  #isWorking = false;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
    const capacity = Math.ceil(Math.max(parts.maxRows, parts.minRows) / ROW_BLOCK) * ROW_BLOCK;
    const { cacheShape } = parts.graph;
    const valueBytes = cacheShape.type === "float32" ? 4 : 2;
    this.#maxSlots = parts.cacheBytes / (valueBytes * cacheShape.tensors * cacheShape.heads * cacheShape.headSize);
    this.#prompts = new PromptCache((PROMPT_CACHE_PART * parts.cacheBytes) / valueBytes);
    this.#cache = new KvCache(cacheShape);
    this.#sampler = new Sampler(parts.config.vocabSize);
    this.#eos = new Set(parts.config.eosIds);
    this.#ids = new Int32Array(capacity);
    this.#slots = new Int32Array(capacity);
  }

  /** Queues a request; its answer is sent as a message. */
  submit(id: number, request: GenerateRequest): void {
    const active = new ActiveRequest(id, request);
    this.#active.set(id, active);
    this.#waiting.push(active);
    if (!this.#isWorking) void this.#work();
  }

  /** Ends a request at the next step, with what it has. */
  abort(id: number): void {
    const active = this.#active.get(id);
    if (active !== undefined) active.aborted = true;
  }

  /** Forgets everything that was computed with the old weights. Nothing may be running. */
  weightsChanged(): void {
    this.#prompts.clear();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    while (this.#active.size > 0) {
      try {
        this.#dropAborted();
        await this.#admit();
        if (this.#rows.length > 0) await this.#step();
      } catch (error) {
        this.#failAll(error);
      }
      if (this.#tally.steps >= REPORT_STEPS) this.#report();
    }
    this.#report();
    this.#isWorking = false;
  }

  #dropAborted(): void {
    for (let row = this.#rows.length - 1; row >= 0; row--) {
      const { active, choice } = this.#rows[row] as Row;
      if (!active.aborted) continue;
      active.end(choice, "abort");
      this.#removeRow(row);
      this.#settle(active);
    }
    for (let index = this.#waiting.length - 1; index >= 0; index--) {
      const active = this.#waiting[index] as ActiveRequest;
      if (!active.aborted) continue;
      while (active.nextChoice < active.request.n) active.end(active.nextChoice++, "abort");
      this.#waiting.splice(index, 1);
      this.#settle(active);
    }
  }

  /** Starts as many waiting completions as there is room for, in order of arrival. */
  async #admit(): Promise<void> {
    if (this.#waiting.length === 0) return;
    let rows = this.#rows.length;
    let longest = this.#rows.reduce((most, row) => Math.max(most, reservedOf(row.active)), 0);
    const chosen: { active: ActiveRequest; until: number }[] = [];
    for (const active of this.#waiting) {
      longest = Math.max(longest, reservedOf(active));
      const room = Math.max(rows === 0 ? 1 : 0, this.#mostRows(longest) - rows);
      if (room <= 0) break;
      const started = Math.min(room, active.request.n - active.nextChoice);
      chosen.push({ active, until: active.nextChoice + started });
      rows += started;
    }
    await this.#givePrompts(chosen.map(({ active }) => active));
    const before = this.#rows.length;
    for (const { active, until } of chosen) {
      while (active.nextChoice < until) this.#start(active, active.nextChoice++);
      if (active.nextChoice < active.request.n) break;
      active.prompt = undefined;
      this.#waiting.shift();
    }
    await this.#endAtStops(before);
    this.#removeEnded(before);
    for (const { active } of chosen) this.#flush(active);
  }

  /** Most rows of a batch whose longest row may come to this many tokens. */
  #mostRows(longest: number): number {
    return Math.min(this.#parts.maxRows, Math.floor(this.#maxSlots / longest));
  }

  #givePrompts(chosen: readonly ActiveRequest[]): Promise<void> {
    const { graph, minRows, config } = this.#parts;
    return givePrompts(chosen, {
      cache: this.#prompts,
      tally: this.#tally,
      graph,
      minRows,
      maxLength: config.maxLength,
    });
  }

  /** Draws a completion's first token from its prompt's logits; it joins the batch unless that token ends it. */
  #start(active: ActiveRequest, choice: number): void {
    const prompt = active.prompt as PromptState;
    const token = this.#draw(active, choice, prompt.logits, 0);
    if (token < 0) return;
    this.#cache.fit(prompt.length + 1, this.#rows.length, this.#rows.length + 1);
    this.#cache.writePrompt(this.#rows.length, prompt);
    this.#rows.push({ active, choice, length: prompt.length, token });
  }

  /** Feeds the last token of every row and draws the next. */
  async #step(): Promise<void> {
    const running = this.#rows.length;
    let longest = 0;
    for (let row = 0; row < running; row++) {
      const { token, length } = this.#rows[row] as Row;
      this.#ids[row] = token;
      this.#slots[row] = length;
      if (length > longest) longest = length;
    }
    const rows = Math.max(this.#parts.minRows, Math.ceil(running / ROW_BLOCK) * ROW_BLOCK);
    this.#ids.fill(0, running, rows);
    this.#slots.fill(0, running, rows);
    this.#cache.fit(longest + 1, running, rows);
    const began = performance.now();
    const { logits, added } = await this.#parts.graph.decode(this.#cache, rows, this.#ids, this.#slots);
    this.#tally.decoded(running, (performance.now() - began) / 1000);
    this.#cache.append(added, this.#slots, running);
    for (let index = 0; index < running; index++) {
      const row = this.#rows[index] as Row;
      row.length++;
      row.token = this.#draw(row.active, row.choice, logits, index * this.#parts.config.vocabSize);
    }
    await this.#endAtStops(0);
    for (const active of this.#removeEnded(0)) if (active.request.stream || active.isDone) this.#flush(active);
  }

  /**
   * Ends the completions of rows from `first` on whose text holds a stop string. Their texts are asked for together; a
   * tokenizer that refuses ends their requests, not those of others.
   */
  async #endAtStops(first: number): Promise<void> {
    const looked = this.#rows.slice(first).filter(({ active, choice, token }) => {
      return token >= 0 && active.request.stop.length > 0 && (active.counts[choice] as number) > 0;
    });
    const alike = Map.groupBy(looked, ({ active }) => active.request.skipSpecialTokens);
    for (const [skipSpecialTokens, rows] of alike) await this.#endAmong(rows, skipSpecialTokens);
  }

  async #endAmong(looked: readonly Row[], skipSpecialTokens: boolean): Promise<void> {
    try {
      const lists = looked.map(({ active, choice }) => active.idsOf(choice));
      const texts = await this.#parts.decode({ lists, skipSpecialTokens });
      for (const [index, row] of looked.entries()) {
        const { active, choice } = row;
        const isStop = active.request.stop.some((string) => texts[index]?.includes(string));
        if (!isStop && active.counts[choice] !== active.request.maxTokens) continue;
        active.end(choice, isStop ? "stop" : "length");
        row.token = ENDED;
      }
    } catch (error) {
      for (const active of new Set(looked.map((row) => row.active))) this.#fail(active, error);
    }
  }

  /** Takes the rows from `first` on that have ended out of the batch; gives the requests of all of them. */
  #removeEnded(first: number): Set<ActiveRequest> {
    const seen = new Set<ActiveRequest>();
    // Backwards, so that the row that fills a hole has been looked at already.
    for (let index = this.#rows.length - 1; index >= first; index--) {
      const { active, token } = this.#rows[index] as Row;
      seen.add(active);
      if (token < 0) this.#removeRow(index);
    }
    return seen;
  }

  /** Ends a request with an error. */
  #fail(active: ActiveRequest, error: unknown): void {
    for (const row of this.#rows) if (row.active === active) row.token = ENDED;
    const at = this.#waiting.indexOf(active);
    if (at >= 0) this.#waiting.splice(at, 1);
    if (this.#active.delete(active.id)) this.#parts.send({ kind: "failed", id: active.id, error: failure(error) });
  }

  /**
   * Draws and records a token; returns it, or {@link ENDED} when the completion ended with it. While a prompt is scored, its next
   * token stands in for the draw.
   */
  #draw(active: ActiveRequest, choice: number, logits: Float32Array, offset: number): number {
    const { given } = active;
    if (given !== undefined) {
      if (!this.#sampler.score(logits, offset, given)) throw notFinite();
      active.recordGiven(this.#sampler.logprob, this.#sampler.rank);
      return given;
    }
    const { request } = active;
    const position = active.counts[choice] as number;
    const uniform = request.sampling.temperature === 0 ? 0 : uniformAt(request.seed + choice, position);
    const token = this.#sampler.draw(logits, offset, request.sampling, uniform);
    if (token < 0) throw notFinite();
    active.record(choice, token, this.#sampler.logprob);
    const reason = this.#endReason(active, token, position + 1);
    if (reason === undefined) return token;
    active.end(choice, reason);
    return ENDED;
  }

  #endReason(active: ActiveRequest, token: number, count: number): EndReason | undefined {
    const { stop, stopTokenIds, maxTokens } = active.request;
    if (this.#eos.has(token) || stopTokenIds.includes(token)) return "stop";
    // Where there are stop strings, its last token too may complete one: see endAtStops.
    return count === maxTokens && stop.length === 0 ? "length" : undefined;
  }

  #removeRow(index: number): void {
    const last = this.#rows.pop() as Row;
    if (index === this.#rows.length) return;
    this.#cache.move(this.#rows.length, index, last.length);
    this.#rows[index] = last;
  }

  /** Reports new tokens of a request that streams, and its result once all its completions have ended. */
  #flush(active: ActiveRequest): void {
    const progress = active.takeProgress();
    if (progress !== undefined) this.#parts.send({ kind: "progress", id: active.id, progress });
    this.#settle(active);
  }

  #settle(active: ActiveRequest): void {
    if (!active.isDone || !this.#active.delete(active.id)) return;
    this.#parts.send({ kind: "done", id: active.id, result: active.result() });
  }

  #failAll(error: unknown): void {
    for (const id of this.#active.keys()) this.#parts.send({ kind: "failed", id, error: failure(error) });
    this.#active.clear();
    this.#waiting.length = 0;
    this.#rows.length = 0;
    // Values that are not finite would shine through hidden slots.
    this.#prompts.clear();
    this.#cache.clear();
  }

  #report(): void {
    this.#parts.send({ kind: "steps", steps: this.#tally.take() });
  }
}

/** The error that a request is answered with: a refusal as it is; any other may come from the weights, or be transient. */
function failure(error: unknown): PlainError {
  if (isRlvrError(error)) return plainError(error);
  return {
    code: "policy_failed",
    message: `inference failed: ${messageOf(error)}`,
    advice: "Send it again; if it fails again the weights have diverged: load an earlier export.",
    retryable: true,
  };
}

function notFinite(): Error {
  return new Error("the policy's logits are not finite; its weights may have diverged");
}

/** Tokens that a completion of a request may come to. */
function reservedOf({ request }: ActiveRequest): number {
  return request.promptIds.length + request.maxTokens;
}
