import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { Recipe } from "../../config/recipe-schema.ts";
import { withServerRoots } from "../../config/server-roots.ts";
import { RlvrError } from "../../core/errors.ts";
import { sha256 } from "../../core/files/files.ts";
import { packageVersion } from "../../core/package-files.ts";
import type { ProblemSet } from "../../problems/load-problem-set.ts";
import { checkTemplate } from "../../problems/template/check-template.ts";
import type { PromptTemplate } from "../../problems/template/prompt-template.ts";
import { promptOfRun, readPrompt, storedPrompt } from "../../problems/template/prompt-definition.ts";
import type { Tier } from "../../scaffolds/scaffold.ts";
import type { Connection, Database } from "../../tracking/database.ts";
import { problemIdsByArm, storeProblemSet } from "../../tracking/problem-sets.ts";
import { createRun, findRun, type RunRow } from "../../tracking/runs.ts";
import { openEndpoints, refuseOpenHost } from "../../policy/vllm/reachable-host.ts";
import { adapterRank } from "../services/serve-policy.ts";
import { checkCharacters } from "./check-characters.ts";
import { checkModelFiles } from "./check-model-files.ts";
import { chooseTrainer, interpreterFor } from "./choose-trainer.ts";
import { checkFields } from "../scoring/check-fields.ts";
import { checkProblems } from "./check-problems.ts";
import { checkVerifiers } from "../scoring/configure-verifiers.ts";
import { requireApiKeys } from "../services/api-keys.ts";
import { lintNote } from "./lint-note.ts";
import { loadRecipeSets, recipeMapping, type KnownSets } from "./load-recipe-sets.ts";
import { configureModules } from "../modules.ts";
import { transact } from "../../tracking/transaction.ts";

/** What a run begins with that is a fork of another. */
export interface ForkStart {
  readonly parentRun: number;
  readonly parentStep: number;
  /** The parent's, where the fork has the same. */
  readonly promptTemplate: string | undefined;
  readonly sets: KnownSets;
  /** Writes what the run takes over, in the transaction that writes the run. */
  readonly takeOver: (tx: Connection, run: RunRow) => void;
}

/** Where a run comes from. */
export interface RunOrigin {
  /** Told what a person should know though nothing is wrong. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** The file that the recipe was read from: a resumed run reports whether it was edited since. */
  readonly recipeFile?: string | undefined;
  /** The command that begins it, as a person typed it, without keys. */
  readonly command?: string | undefined;
  /** What it takes over from another run; undefined for a run of its own. */
  readonly fork?: ForkStart | undefined;
}

/**
 * Writes a new run with its problem sets. Everything that the recipe names is checked first, so a bad recipe leaves
 * nothing behind.
 * @throws RlvrError of bad input, with exit code 2.
 */
export async function startRun(
  db: Database,
  written: Recipe,
  { onNote, recipeFile, command, fork }: RunOrigin = {},
): Promise<RunRow> {
  const recipe = withServerRoots(written, onNote);
  const { prompt } = recipe.problems;
  const definition = fork?.promptTemplate === undefined ? readPrompt(prompt) : promptOfRun(fork.promptTemplate, prompt);
  const { template, curriculum, scaffold } = configureModules(recipe, definition);
  requireApiKeys(recipe);
  chooseTrainer(recipe);
  const { torch } = recipe.trainer;
  if (torch !== undefined) await checkModelFiles(recipe.policy, interpreterFor(torch), onNote);
  const verifiers = await checkVerifiers(recipe.verifiers);
  const { practice, development, test } = await loadRecipeSets(recipe, onNote, fork?.sets);
  const sets = [practice, development, test];
  const given = sets.filter((set) => set !== undefined);
  await checkProblems(recipe.verifiers, given);
  checkFields(verifiers, given);
  const notes = [...checkTemplate(template, given), ...openServerNote(recipe)];
  if (scaffold.tiers.length > 0) checkHints(recipe, sets[0], scaffold.tiers, template);
  if (recipe.policy.url === undefined && recipe.policy.vllm === undefined)
    await checkCharacters(recipe.policy.model, template, given, scaffold.tiers);
  // What was linted with the parent is not told again.
  const isKnown = fork?.sets.practice !== undefined;
  const found = isKnown ? undefined : onNote && lintNote(given, recipeMapping(recipe.problems));
  for (const note of [...notes, ...(found === undefined ? [] : [found])]) onNote?.(note);
  const runId = transact(db, (tx) => {
    const [practiceSetId, developmentSetId, testSetId] = sets.map((set) =>
      set === undefined ? null : storeProblemSet(tx, set),
    );
    // Only now it is known which arms there are, and whether the curriculum's options fit them.
    curriculum.init([...problemIdsByArm(tx, practiceSetId ?? 0, recipe.problems.arms).keys()]);
    const id = createRun(tx, {
      name: recipe.name,
      seed: recipe.seed,
      recipe,
      recipeFile: recipeFile ?? null,
      recipeSha256: recipeFile === undefined ? null : sha256(readFileSync(recipeFile)),
      promptTemplate: storedPrompt(prompt, definition),
      practiceSetId: practiceSetId ?? 0,
      developmentSetId: developmentSetId ?? null,
      testSetId: testSetId ?? null,
      version: packageVersion(),
      parentRun: fork?.parentRun ?? null,
      parentStep: fork?.parentStep ?? null,
      command: command ?? null,
    });
    fork?.takeOver(tx, findRun(tx, id));
    return id;
  });
  return findRun(db, runId);
}

/** Who can change the weights of the vLLM that the run starts, where they come by endpoints that ask for no key. */
function openServerNote(recipe: Recipe): string[] {
  const { url, vllm, sync } = recipe.policy;
  if (url !== undefined || vllm === undefined) return [];
  refuseOpenHost(vllm.args);
  return adapterRank(recipe) === undefined || sync === "sleep"
    ? [openEndpoints("this run's policy server", vllm.args)]
    : [];
}

/** Refuses a scaffold that would do nothing: for want of hints, or because the prompts do not show them. */
function checkHints(
  { problems: { practice }, scaffold }: Recipe,
  set: ProblemSet | undefined,
  tiers: readonly Tier[],
  template: PromptTemplate,
): void {
  for (const problem of set?.problems ?? [])
    for (const tier of tiers) {
      const parts = problem.hints?.[tier];
      if (parts === undefined) continue;
      if (!isDeepStrictEqual(template.render(problem, { tier, level: parts.length, parts }), template.render(problem)))
        return;
      const last = template.parts.at(-1)?.template.path;
      const [what, advice] =
        last === undefined
          ? ["the problems' own messages do", "Write the last of them by a template (problems.prompt.user): let it"]
          : [`the prompt template ${last} does`, "Let it"];
      throw new RlvrError("bad_recipe", `${what} not show hints, and the scaffold gives some`, {
        advice: `${advice} use \`hint\` ({tier, level, parts}) where there is one, or set scaffold.name to none.`,
      });
    }
  throw new RlvrError(
    "bad_problems",
    `no problem of ${practice} has hints, and the scaffold ${scaffold.name} gives some`,
    {
      advice:
        `Write hints (${tiers.join(", ")}) into the problems, have a teacher write them with: rlvr problems hint, or ` +
        "set scaffold.name to none.",
    },
  );
}
