import type { PromptState } from "./kv-cache.ts";
import type { EndReason, Generated, GenerateRequest, Progress, TokenScores } from "./worker-messages.ts";

/** A request inside a worker: what its completions have drawn so far. */
export class ActiveRequest {
  readonly id: number;
  readonly request: GenerateRequest;
  /** What is computed before the first draw: the prompt, or its first token where the others are scored one by one. */
  readonly promptIds: readonly number[];
  /** Identity of {@link promptIds}. */
  readonly promptKey: string;
  readonly tokens: Int32Array;
  readonly logprobs: Float64Array;
  readonly counts: Int32Array;
  /** The next completion to start. */
  nextChoice = 0;
  prompt: PromptState | undefined;
  aborted = false;
  readonly #scores: TokenScores | undefined;
  #scored = 0;
  readonly #reasons: EndReason[];
  #open: number;
  /** Where in the flat arrays the tokens lie that were not reported yet. */
  #unreported: number[] = [];

  constructor(id: number, request: GenerateRequest) {
    this.id = id;
    this.request = request;
    const { promptIds, scorePrompt } = request;
    this.promptIds = scorePrompt ? promptIds.slice(0, 1) : promptIds;
    this.promptKey = this.promptIds.join();
    const rest = promptIds.length - 1;
    this.#scores = scorePrompt ? { logprobs: new Float64Array(rest), ranks: new Int32Array(rest) } : undefined;
    this.tokens = new Int32Array(request.n * request.maxTokens);
    this.logprobs = new Float64Array(request.n * request.maxTokens);
    this.counts = new Int32Array(request.n);
    this.#reasons = new Array<EndReason>(request.n).fill("abort");
    this.#open = request.n;
  }

  /** Whether every completion has ended. */
  get isDone(): boolean {
    return this.#open === 0;
  }

  /** The next token of the prompt to score in place of a draw; undefined when the completion begins or goes on. */
  get given(): number | undefined {
    return this.#scores === undefined ? undefined : this.request.promptIds[this.#scored + 1];
  }

  /** Notes the scores of {@link given}, and goes on to the next. */
  recordGiven(logprob: number, rank: number): void {
    if (this.#scores === undefined) return;
    this.#scores.logprobs[this.#scored] = logprob;
    this.#scores.ranks[this.#scored++] = rank;
  }

  /** Adds a token to a completion. */
  record(choice: number, token: number, logprob: number): void {
    const count = this.counts[choice] as number;
    const at = choice * this.request.maxTokens + count;
    this.tokens[at] = token;
    this.logprobs[at] = logprob;
    this.counts[choice] = count + 1;
    if (this.request.stream) this.#unreported.push(at);
  }

  /** Ends a completion. */
  end(choice: number, reason: EndReason): void {
    this.#reasons[choice] = reason;
    this.#open--;
  }

  /** The ids of a completion so far. */
  idsOf(choice: number): number[] {
    const start = choice * this.request.maxTokens;
    return Array.from(this.tokens.subarray(start, start + (this.counts[choice] as number)));
  }

  /** What was recorded since the last call, in order; undefined when there is nothing. */
  takeProgress(): Progress | undefined {
    if (this.#unreported.length === 0) return undefined;
    const at = this.#unreported;
    this.#unreported = [];
    return {
      choices: at.map((index) => Math.floor(index / this.request.maxTokens)),
      tokens: at.map((index) => this.tokens[index] as number),
      logprobs: at.map((index) => this.logprobs[index] as number),
    };
  }

  /** The whole result. */
  result(): Generated {
    const { tokens, logprobs, counts } = this;
    const stride = this.request.maxTokens;
    // Those of a request that was aborted half-way are of no use.
    const promptScores = this.given === undefined ? this.#scores : undefined;
    return { tokens, logprobs, counts, stride, reasons: this.#reasons, promptScores };
  }
}
