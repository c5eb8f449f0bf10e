import { z } from "zod";
import { messageOf } from "../core/errors.ts";
import type { CheckedResult } from "./check-result.ts";
import { defineVerifier, type Verifier, type VerifierInput, type VerifierResult } from "./define-verifier.ts";

/** A verifier that a combinator combines, ready to judge. */
export interface CombinedVerifier {
  readonly name: string;
  readonly weight: number;
  judge(input: VerifierInput): Promise<CheckedResult>;
}

/** What one of the combined verifiers came to. */
type Part = { readonly weight: number; readonly result: NonNullable<CheckedResult> } | { readonly error: unknown };

const entry = z.looseObject({
  name: z
    .string()
    .describe("Which verifier, or `python` in its place, as in a recipe. The other keys are its options."),
});
const weighted = entry.extend({
  weight: z.number().positive().default(1).describe("Its part in the mean, beside those of the others."),
});
const list = <Entry extends z.ZodType>(schema: Entry) =>
  z.array(schema).min(1).describe("The verifiers that are combined. Those that have nothing to say do not count.");

const allOptions = z.strictObject({ of: list(entry) });
const weightedOptions = z.strictObject({
  of: list(weighted),
  pass_at: z.number().default(1).describe("Score from which a response passes; 1: when all have full score."),
});

/** Sums of floating-point scores fall short of what they are by about this much. */
const ROUNDING = 1e-9;

/** How several verifiers become one. */
export interface Combinator {
  readonly options: z.ZodType<{ readonly of: readonly CombinedEntry[] }>;
  /** Whether its entries have weights. */
  readonly isWeighted: boolean;
  /** @throws what the first of the verifiers threw, where the verdict hangs on it. */
  combine(parts: readonly Part[], options: unknown): Pick<VerifierResult, "passed" | "score">;
}

/** A verifier that is to be combined: its name, and its options beside it. */
export interface CombinedEntry {
  readonly name: string;
  readonly [option: string]: unknown;
}

function results(parts: readonly Part[]): { readonly weight: number; readonly result: NonNullable<CheckedResult> }[] {
  return parts.filter((part) => "result" in part);
}

function throwFirstError(parts: readonly Part[]): void {
  for (const part of parts) if ("error" in part) throw part.error;
}

const scoreOf = ({ passed, score }: NonNullable<CheckedResult>): number => score ?? (passed ? 1 : 0);

/**
 * Combinators by name. Their logic knows three values: where one fails, `all` fails whatever befell the others, and where
 * one passes so does `any`; but a verifier that threw says nothing, and a verdict that hangs on it is an error.
 */
export const COMBINATORS: ReadonlyMap<string, Combinator> = new Map<string, Combinator>([
  [
    "all",
    {
      options: allOptions,
      isWeighted: false,
      combine(parts) {
        const known = results(parts);
        const passed = known.every(({ result }) => result.passed);
        if (passed) throwFirstError(parts);
        return { passed, score: Math.min(...known.map(({ result }) => scoreOf(result))) };
      },
    },
  ],
  [
    "any",
    {
      options: allOptions,
      isWeighted: false,
      combine(parts) {
        const known = results(parts);
        const passed = known.some(({ result }) => result.passed);
        if (!passed) throwFirstError(parts);
        return { passed, score: Math.max(...known.map(({ result }) => scoreOf(result))) };
      },
    },
  ],
  [
    "weighted",
    {
      options: weightedOptions,
      isWeighted: true,
      combine(parts, options) {
        throwFirstError(parts);
        const known = results(parts);
        const total = known.reduce((sum, { weight }) => sum + weight, 0);
        const score = known.reduce((sum, { weight, result }) => sum + weight * scoreOf(result), 0) / total;
        return { passed: score >= (options as z.output<typeof weightedOptions>).pass_at - ROUNDING, score };
      },
    },
  ],
]);

/** The verifier that a combinator makes of others. Its details have what each of them said. */
export function combinedVerifier(
  name: string,
  { options, combine }: Combinator,
  verifiers: readonly CombinedVerifier[],
): Verifier {
  return defineVerifier<unknown>({
    name,
    version: "1",
    options,
    async verify(input, settings) {
      const parts: Part[] = [];
      const details: unknown[] = [];
      for (const verifier of verifiers) {
        try {
          const result = await verifier.judge(input);
          if (result !== null) parts.push({ weight: verifier.weight, result });
          details.push({ name: verifier.name, ...result });
        } catch (error) {
          parts.push({ error });
          details.push({ name: verifier.name, error: messageOf(error) });
        }
      }
      if (parts.length === 0) return null;
      const known = results(parts);
      const decisive = known.find(({ result }) => result.passed && result.extracted != null) ?? known[0];
      return { ...combine(parts, settings), extracted: decisive?.result.extracted ?? null, details };
    },
  });
}
