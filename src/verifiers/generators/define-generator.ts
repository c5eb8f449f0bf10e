import type { z } from "zod";
import type { Stream } from "../../core/random.ts";

/** Which problem a generator is asked for. */
export interface GeneratorInput {
  /** One of the generator's arms. */
  readonly arm: string;
  /** The problem's place among those of its arm and split, from 0. */
  readonly index: number;
  /** An integer in [0, 2^48) of this problem alone; the problems of other arms, indexes and splits have unrelated ones. */
  readonly seed: number;
  /** Random numbers that belong to the seed. Take all chance from here: the same problem is asked for again after a crash. */
  readonly random: Stream;
}

/** A problem as a generator makes it: JSON. Further fields reach templates and verifiers. */
export interface GeneratedProblem {
  readonly problem: string;
  /** The reference answer; it may be empty where the verifier needs none. */
  readonly answer: string;
  /** Parts of hints by tier. Default: none. */
  readonly hints?: {
    readonly knowledge?: readonly string[];
    readonly planning?: readonly string[];
    readonly solution?: readonly string[];
  };
  readonly [field: string]: unknown;
}

/** A generator: makes problems in a worker process, without end. What it throws ends the run, which can be resumed. */
export interface Generator<Options = unknown> {
  /** The name that messages use. */
  readonly name: string;
  /** Changes whenever a problem could: a run that goes on with another version reports it. */
  readonly version: string;
  /** Checks the options given in a recipe and fills in defaults. */
  readonly options: z.ZodType<Options>;
  /** The arms that its problems are of, such as levels of difficulty: at least one, each of them without end. */
  arms(options: Options): readonly string[];
  /**
   * Makes a problem. A pure function of its input and options, without `id` and `arm`, which rlvr adds. A problem whose text
   * was drawn before, or is held out, is passed over for that of the next index.
   */
  generate(input: GeneratorInput, options: Options): GeneratedProblem | Promise<GeneratedProblem>;
}

/** Declares a generator; the types of its options come from its schema. A module exports the result as its default. */
export function defineGenerator<Options>(generator: Generator<Options>): Generator<Options> {
  return generator;
}
