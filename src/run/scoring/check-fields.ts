import { RlvrError } from "../../core/errors.ts";
import { nearestName } from "../../core/nearest-name.ts";
import type { Problem } from "../../problems/problem.ts";
import type { ProblemSet } from "../../problems/load-problem-set.ts";
import type { ConfiguredVerifier } from "./configure-verifiers.ts";

/**
 * Refuses problem sets that lack a field which a verifier asks for, such as a parameter of a Python function.
 * @throws RlvrError `bad_problems` with the field, the first problem that lacks it, and the nearest field that it has.
 */
export function checkFields(
  verifiers: readonly ConfiguredVerifier[],
  sets: readonly Pick<ProblemSet, "path" | "problems">[],
): void {
  for (const { label, needs } of verifiers)
    for (const { path, problems } of sets)
      for (const field of needs) {
        const lacking = problems.filter((problem) => !fieldsOf(problem).includes(field));
        if (lacking[0] !== undefined)
          throw missingField(label, field, path, problems, lacking as [Problem, ...Problem[]]);
      }
}

/** What verifiers are given of a problem. */
function fieldsOf(problem: Problem): string[] {
  return Object.keys(problem).filter((name) => name !== "id" && name !== "hints");
}

function missingField(
  verifier: string,
  field: string,
  path: string,
  problems: readonly Problem[],
  lacking: readonly [Problem, ...Problem[]],
): RlvrError {
  const [first] = lacking;
  const there = fieldsOf(first);
  const nearest = nearestName(field, there);
  const many =
    lacking.length === problems.length
      ? "none of its problems has"
      : `${lacking.length} of its ${problems.length} problems lack`;
  return new RlvrError(
    "bad_problems",
    `${path}: the verifier ${verifier} asks for the field "${field}", which ${many}; the first is problem ` +
      `${problems.indexOf(first) + 1} (${JSON.stringify(first.problem.slice(0, 80))}), with the fields ${there.join(", ")}`,
    {
      advice:
        `${nearest === undefined ? "" : `Did you mean "${nearest}"? `}Rename the function's parameter or give it a default, ` +
        `or give the problems the field: problems.fields.keep in the recipe names fields anew.`,
    },
  );
}
