import { readFileSync } from "node:fs";
import type { Recipe } from "../../config/recipe-schema.ts";
import { sourcesOf } from "../../config/recipe-sources.ts";
import { withServerRoots } from "../../config/server-roots.ts";
import { sha256 } from "../../core/files/files.ts";
import { packageVersion } from "../../core/package-files.ts";
import { readPrompts, storedPrompts, type SourcePrompts } from "../../problems/template/source-prompts.ts";
import type { Connection, Database } from "../../tracking/database.ts";
import { problemIdsByArm, storeProblemSet } from "../../tracking/problem-sets.ts";
import { createRun, findRun, type RunRow } from "../../tracking/runs.ts";
import { openEndpoints, refuseOpenHost } from "../../policy/vllm/reachable-host.ts";
import { adapterRank } from "../services/serve-policy.ts";
import { checkCharacters } from "./check-characters.ts";
import { checkHints } from "./check-hints.ts";
import { checkModelFiles } from "./check-model-files.ts";
import { checkSources, checkSourceVerifiers, givenBy, spelledSets, type GivenSource } from "./check-sources.ts";
import { chooseTrainer, interpreterFor } from "./choose-trainer.ts";
import { requireApiKeys } from "../services/api-keys.ts";
import { lintAcross, lintNote } from "./lint-note.ts";
import { loadRecipeSets, sourceMapping, type KnownSets, type SetsLoading } from "./load-recipe-sets.ts";
import { configureModules } from "../modules.ts";
import { sourceTemplates } from "../run-sources.ts";
import { transact } from "../../tracking/transaction.ts";

/** What a run begins with that is a fork of another. */
export interface ForkStart extends KnownParts {
  readonly parentRun: number;
  readonly parentStep: number;
  /** Writes what the run takes over, in the transaction that writes the run. */
  readonly takeOver: (tx: Connection, run: RunRow) => void;
}

/** What a fork need not read anew. */
export interface KnownParts {
  /** The parent's prompts of those sources whose prompt the fork has, too. */
  readonly prompts: SourcePrompts;
  readonly sets: KnownSets;
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
  /** As in {@link loadRecipeSets}. */
  readonly createPool?: SetsLoading["createPool"];
  /** What of it is known, where the check of a fork writes no fork. Default: that of `fork`. */
  readonly known?: KnownParts | undefined;
}

/**
 * Writes a new run with its problem sets. Everything that the recipe names is checked first, so a bad recipe leaves
 * nothing behind.
 * @throws RlvrError of bad input, with exit code 2.
 */
export async function startRun(
  db: Database,
  written: Recipe,
  { onNote, recipeFile, command, fork, known = fork, createPool }: RunOrigin = {},
): Promise<RunRow> {
  const recipe = withServerRoots(written, onNote);
  const sources = sourcesOf(recipe);
  const prompts = readPrompts(sources, known?.prompts);
  const templates = sourceTemplates(prompts);
  const { curriculum, scaffold } = configureModules(recipe);
  requireApiKeys(recipe);
  chooseTrainer(recipe);
  const { torch } = recipe.trainer;
  if (torch !== undefined) await checkModelFiles(recipe.policy, interpreterFor(torch), onNote);
  const verifiers = await checkSourceVerifiers(sources);
  const sets = await loadRecipeSets(recipe, { onNote, known: known?.sets, createPool });
  const given = givenBy(sources, sets, templates);
  const notes = [...(await checkSources(given, verifiers)), ...openServerNote(recipe)];
  if (scaffold.tiers.length > 0) checkHints(given, scaffold);
  if (recipe.policy.url === undefined && recipe.policy.vllm === undefined)
    await checkCharacters(
      recipe.policy.model,
      given.flatMap((source) => spelledSets(source, scaffold.tiers)),
    );
  // What was linted with the parent is not told again.
  const isKnown = known?.sets.practice !== undefined;
  const found =
    isKnown || onNote === undefined
      ? []
      : [
          ...given.flatMap(({ source, sets: own }) =>
            // Lint reads files.
            source.generator === undefined ? (lintNote(own, sourceMapping(source)) ?? []) : [],
          ),
          ...acrossNotes(given),
        ];
  for (const note of [...notes, ...new Set(found)]) onNote?.(note);
  const runId = transact(db, (tx) => {
    const { practice, development, test } = sets;
    const practiceSetId = storeProblemSet(tx, practice);
    // Only now it is known which arms there are, and whether the curriculum's options fit them.
    curriculum.init([...problemIdsByArm(tx, practiceSetId, recipe.problems.arms).keys()]);
    const id = createRun(tx, {
      name: recipe.name,
      seed: recipe.seed,
      recipe,
      recipeFile: recipeFile ?? null,
      recipeSha256: recipeFile === undefined ? null : sha256(readFileSync(recipeFile)),
      promptTemplate: storedPrompts(sources, prompts),
      practiceSetId,
      developmentSetId: development === undefined ? null : storeProblemSet(tx, development),
      testSetId: test === undefined ? null : storeProblemSet(tx, test),
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

/** What problems the sources share. */
function acrossNotes(given: readonly GivenSource[]): string[] {
  // Lint reads files.
  const read = given.filter(({ source }) => source.generator === undefined);
  const note = lintAcross(read.map(({ source, sets }) => ({ name: source.name, sets, fields: sourceMapping(source) })));
  return note === undefined ? [] : [note];
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
