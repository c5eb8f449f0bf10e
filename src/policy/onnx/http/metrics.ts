import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Engine } from "../engine.ts";
import type { StepCounts } from "../worker-messages.ts";

/** What the server counts, in Prometheus' text format at GET /metrics. */
export class ServerMetrics {
  readonly registry = new Registry();
  readonly #requests = this.#counter("requests_total", "Completion requests by how they ended.", ["outcome"]);
  readonly #promptTokens = this.#counter("prompt_tokens_total", "Prompt tokens received.");
  readonly #computedTokens = this.#counter("prefill_tokens_total", "Prompt tokens computed.");
  readonly #hits = this.#counter("prefill_cache_hits_total", "Prompts that were still in the cache.");
  readonly #generated = this.#counter("generated_tokens_total", "Tokens drawn.");
  readonly #decodeSeconds = this.#counter("decode_seconds_total", "Seconds in decode steps, over all workers.");
  readonly #loads = this.#counter("weight_loads_total", "Exports loaded.");
  readonly #batch = new Histogram({
    name: "rlvr_policy_batch_rows",
    help: "Rows of a decode step.",
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers: [this.registry],
  });
  readonly #tokenSeconds = new Histogram({
    name: "rlvr_policy_seconds_per_token",
    help: "Seconds from a request's arrival to its answer, by generated token.",
    buckets: [0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1],
    registers: [this.registry],
  });

  /** Adds what workers report. */
  recordSteps(steps: StepCounts): void {
    for (const size of steps.batchSizes) this.#batch.observe(size);
    this.#decodeSeconds.inc(steps.decodeSeconds);
    this.#computedTokens.inc(steps.promptTokens);
    this.#hits.inc(steps.promptHits);
  }

  /** Adds a request that was answered. */
  recordAnswer(outcome: "ok" | "aborted", promptTokens: number, generated: number, seconds: number): void {
    this.#requests.inc({ outcome });
    this.#promptTokens.inc(promptTokens);
    this.#generated.inc(generated);
    if (generated > 0) this.#tokenSeconds.observe(seconds / generated);
  }

  /** Adds a completion request that failed or was refused. */
  recordFailure(): void {
    this.#requests.inc({ outcome: "error" });
  }

  /** Adds a load of new weights. */
  recordLoad(): void {
    this.#loads.inc();
  }

  /** Shows the engine's own numbers whenever the metrics are read. */
  watch(engine: Engine): void {
    this.#gauge("requests_running", "Requests being worked on.", () => engine.running);
    this.#gauge("requests_waiting", "Requests that wait.", () => engine.waiting);
    this.#gauge("policy_version", "Version of the weights that are loaded.", () => engine.policyVersion);
  }

  #counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name: `rlvr_policy_${name}`, help, labelNames, registers: [this.registry] });
  }

  #gauge(name: string, help: string, read: () => number): void {
    const registers = [this.registry];
    const gauge: Gauge = new Gauge({ name: `rlvr_policy_${name}`, help, registers, collect: () => gauge.set(read()) });
  }
}
