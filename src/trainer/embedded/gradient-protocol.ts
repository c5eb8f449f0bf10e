import type { ParameterShapes } from "../protocol/checkpoint.ts";

/** What a gradient worker is started with. Weights and gradients are shared memory. */
export interface GradientWorkerData {
  readonly gradGraph: string;
  readonly parameters: ParameterShapes;
  /** The flat parameter vector, which the main thread changes between optimiser steps. */
  readonly params: Float32Array;
  /** One flat gradient a slot; a worker fills the slot that its work names. */
  readonly slots: readonly Float32Array[];
}

/** Sequences of a microbatch, padded: arrays of rows x length, row by row. */
export interface PaddedRows {
  readonly rows: number;
  readonly length: number;
  readonly inputIds: Int32Array;
  /** One a row. */
  readonly temperature: Float32Array;
}

/** The same with what the loss has to know. */
export interface PaddedMicrobatch extends PaddedRows {
  readonly samplingLogprobs: Float32Array;
  readonly oldLogprobs: Float32Array;
  readonly refLogprobs: Float32Array;
  readonly advantages: Float32Array;
  readonly weights: Float32Array;
  readonly advantages2: Float32Array;
  readonly weights2: Float32Array;
  /** See lossSettings. */
  readonly lossSettings: Float32Array;
}

/** Main thread to worker: compute this gradient into that slot. */
export interface GradientWork {
  readonly slot: number;
  readonly microbatch: PaddedMicrobatch;
}

/** Worker to main thread. `ready` comes once, when the graph is loaded; then one answer for each piece of work. */
export type GradientReply =
  | { readonly kind: "ready" }
  | { readonly kind: "gradient"; readonly metrics: Float32Array }
  | { readonly kind: "error"; readonly message: string };
