import { sourcesOf } from "../../config/recipe-sources.ts";
import { RlvrError } from "../../core/errors.ts";
import { errorLine } from "../../core/texts/error-line.ts";
import { latestStep } from "../../tracking/steps.ts";
import { firstMissingVerdict, newestJudgedGroups } from "../../tracking/verdicts.ts";
import type { RunContext } from "../run-context.ts";

type Context = Pick<RunContext, "db" | "run" | "recipe" | "verifiers">;

/**
 * Ends a run that has not a single verdict on the last `verifiers_missing_limit` judged groups of a source: it would train
 * nothing of that, however long it went on. Goes by rows alone, so a resumed run counts on.
 * @throws RlvrError `verifier_failed` with the first thing that went wrong.
 */
export function stopWithoutVerdicts(context: Context, source: string | null): void {
  const { verifiers_missing_limit: limit } = context.recipe;
  const groups = newestJudgedGroups(context.db, context.run.id, source, limit);
  if (groups.length < limit || groups.some(({ judged }) => judged !== 0)) return;
  const then =
    `Then go on with: rlvr resume ${context.run.id}. How many groups in a row may lack every verdict: ` +
    "verifiers_missing_limit in the recipe.";
  throw withoutVerdicts(context, source, groups, then);
}

/**
 * Refuses to call a run succeeded that was too short for {@link stopWithoutVerdicts} and never had a verdict. It has done its
 * steps, so correcting the verifier is not enough to go on.
 * @throws RlvrError `verifier_failed`.
 */
export function requireVerdicts(context: Context): void {
  const { db, run, recipe } = context;
  for (const { name } of sourcesOf(recipe)) {
    const groups = newestJudgedGroups(db, run.id, name, recipe.verifiers_missing_limit);
    if (groups.length === 0 || groups.some(({ judged }) => judged !== 0)) continue;
    const more = 2 * (latestStep(db, run.id)?.number ?? 1);
    const then = `Then start another run, or extend this one: rlvr resume ${run.id} --steps ${more}`;
    throw withoutVerdicts(context, name, groups, then);
  }
}

function withoutVerdicts(
  { db, verifiers }: Context,
  source: string | null,
  groups: readonly { readonly id: number }[],
  /** What to do once the verifier is corrected. */
  then: string,
): RlvrError {
  const first = firstMissingVerdict(
    db,
    groups.map(({ id }) => id),
  );
  const label = first?.verifier ?? "";
  const reference =
    verifiers.find((verifier) => verifier.source === source && verifier.label === label)?.reference ?? label;
  const count = groups.length === 1 ? "the only group" : `the last ${groups.length} groups`;
  const of = source === null ? "" : ` of the source ${source}`;
  return new RlvrError(
    "verifier_failed",
    `no verifier gave a verdict on ${count}${of}; the first error: ${label}: ${errorLine(first?.error ?? "").slice(0, 500)}`,
    {
      advice: `Correct the verifier, and see what it says: rlvr verify ${reference} --input responses.jsonl. ${then}`,
      cause: new Error(first?.error ?? "no verdict is stored"),
    },
  );
}
