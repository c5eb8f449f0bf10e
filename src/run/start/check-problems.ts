import { verifierSchema, type VerifierConfig } from "../../config/verifier-schema.ts";
import { isRlvrError, messageOf, RlvrError } from "../../core/errors.ts";
import type { ProblemSet } from "../../problems/load-problem-set.ts";
import { BUILT_IN } from "../../verifiers/library/built-in.ts";
import { openVerifier } from "../../verifiers/open-verifier.ts";

/**
 * Refuses problem sets with problems that a verifier of the library cannot judge, such as instructions that it does not
 * know. Verifiers that somebody else wrote are not asked: they are loaded in a worker only.
 * @throws RlvrError `bad_problems` with the first such problem.
 */
export async function checkProblems(
  configs: readonly VerifierConfig[],
  sets: readonly Pick<ProblemSet, "path" | "problems">[],
): Promise<void> {
  for (const config of configs) {
    const { name = "" } = config;
    if (!BUILT_IN.has(name)) continue;
    const { verifier, options } = await openVerifier(name, ownOptions(config));
    for (const { path, problems } of sets)
      for (const problem of problems) {
        try {
          verifier.checkProblem?.(problem, options);
        } catch (error) {
          throw new RlvrError(
            "bad_problems",
            `${path}: the verifier ${name} cannot judge the problem ${JSON.stringify(problem.problem.slice(0, 80))}: ` +
              messageOf(error),
            {
              advice: `${isRlvrError(error) ? `${error.advice} ` : ""}All such lines: rlvr problems lint ${path} --verifier ${name}`,
              cause: error,
            },
          );
        }
      }
  }
}

/** The options of the verifier itself: what stands beside the keys that every entry may have. */
function ownOptions(config: VerifierConfig): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !Object.hasOwn(verifierSchema.shape, key)));
}
