import type { PromptState } from "./kv-cache.ts";
import type { EndReason, Generated, GenerateRequest, Progress } from "./worker-messages.ts";

/** A request inside a worker: what its completions have drawn so far. */
export class ActiveRequest {
  readonly id: number;
  readonly request: GenerateRequest;
  /** Identity of the prompt. */
  readonly promptKey: string;
  readonly tokens: Int32Array;
  readonly logprobs: Float64Array;
  readonly counts: Int32Array;
  /** The next completion to start. */
  nextChoice = 0;
  prompt: PromptState | undefined;
  aborted = false;
  readonly #reasons: EndReason[];
  #open: number;
  /** Where in the flat arrays the tokens lie that were not reported yet. */
  #unreported: number[] = [];

  constructor(id: number, request: GenerateRequest) {
    this.id = id;
    this.request = request;
    this.promptKey = request.promptIds.join();
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
    return { tokens, logprobs, counts, stride: this.request.maxTokens, reasons: this.#reasons };
  }
}
