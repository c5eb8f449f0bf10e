import { isDeepStrictEqual } from "node:util";
import { checkOptions } from "../../core/check-options.ts";
import { stream } from "../../core/random.ts";
import type { VerifierProblem, VerifierResult } from "../define-verifier.ts";
import { loadGenerator } from "../load-module.ts";
import { moduleHash } from "../module-hooks.ts";
import type { OpenVerifier } from "../open-verifier.ts";
import type { GeneratedProblem, Generator } from "./define-generator.ts";

/** What a generator is asked for: its arms, or one problem. */
export type GeneratorRequest =
  | { readonly ask: "arms" }
  | { readonly ask: "problem"; readonly arm: string; readonly index: number; readonly seed: number };

/** Characters of a problem as JSON: a verdict's details, in which it travels, hold no more. */
const MAX_LENGTH = 60_000;

/**
 * Loads a generator in this process, as a worker takes it: it is a verifier whose items are requests and whose results
 * carry a problem, so that deadline, memory cap, retries and everything else about workers are the same for both.
 * @throws RlvrError `missing_file` or `generator_failed` when the module does not load, `bad_recipe` when an option is wrong.
 */
export async function openGenerator(path: string, options: unknown): Promise<OpenVerifier> {
  const generator = await loadGenerator(path);
  const { name, version } = generator;
  const checked = checkOptions(generator.options, options, `generator "${name}"`);
  return {
    verifier: {
      name,
      version,
      options: generator.options,
      verify: ({ problem }) => answered(generator, problem["request"] as GeneratorRequest, checked),
    },
    options: checked,
    ready: () => Promise.resolve({ name, version, sourceSha256: moduleHash(path), judgesGroups: false, needs: [] }),
  };
}

/** The item that asks for something. */
export function requestItem(request: GeneratorRequest): {
  readonly problem: VerifierProblem;
  response: "";
  answer: "";
} {
  return { problem: { request }, response: "", answer: "" };
}

async function answered(generator: Generator, request: GeneratorRequest, options: unknown): Promise<VerifierResult> {
  if (request.ask === "arms") return { passed: true, details: generator.arms(options) };
  const { arm, index, seed } = request;
  const made = await generator.generate({ arm, index, seed, random: stream(seed) }, options);
  requirePlain(made);
  return { passed: true, details: made };
}

/** Throws for what would not arrive as it was made. */
function requirePlain(made: GeneratedProblem): void {
  if (typeof made !== "object" || made === null) throw new TypeError("it returned no object");
  const text = JSON.stringify(made);
  if (text.length > MAX_LENGTH)
    throw new TypeError(`it returned a problem of more than ${MAX_LENGTH} characters of JSON`);
  const present = Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined));
  if (!isDeepStrictEqual(JSON.parse(text), present))
    throw new TypeError("it returned what JSON does not hold as it is");
  for (const field of ["id", "arm"])
    if (Object.hasOwn(made, field)) throw new TypeError(`it returned a field \`${field}\`, which rlvr adds itself`);
}
