import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { recipeAtStep } from "../../../config/changes/recipe-at-step.ts";
import { sourcesOf } from "../../../config/recipe-sources.ts";
import { packageVersion } from "../../../core/package-files.ts";
import { learningCurves } from "../../../exports/model/curves.ts";
import type { CardFacts, ModelKind } from "../../../exports/model/model-card.ts";
import { lastPart, publicRecipe } from "../../../exports/model/public-recipe.ts";
import { promptsOfRun } from "../../../problems/template/source-prompts.ts";
import type { OpenedVersion } from "../../../run/versions/open-version.ts";
import type { Database } from "../../../tracking/database.ts";
import { givenProblems } from "../../../tracking/generated-problems.ts";
import { lineageOf } from "../../../tracking/lineage.ts";
import { listProblemSets, problemsOfSet } from "../../../tracking/problem-sets.ts";
import { recipeChangesOf } from "../../../tracking/recipe-changes.ts";
import { heldOutOf } from "./held-out.ts";
import { trainerVersions } from "./trainer-versions.ts";

/** What the card of a version of a run tells. */
export function modelFacts(db: Database, version: OpenedVersion, kind: ModelKind, baseModel: string): CardFacts {
  const { run, recipe, step, weights } = version;
  return {
    kind,
    name: run.name,
    step,
    policyVersion: weights.policyVersion,
    baseModel,
    recipe: stringify(publicRecipe(recipeAtStep(recipe, recipeChangesOf(db, run.id))(step))),
    prompt: promptOf(version),
    sets: setsOf(db, version),
    heldOut: heldOutOf(db, run, step),
    curves: learningCurves(db, run.id, step),
    versions: {
      rlvr: run.version,
      ...(packageVersion() !== run.version && { "rlvr, of this export": packageVersion() }),
      ...trainerVersions(epochOf(version)),
    },
  };
}

/** The folder of the trainer's attempt that wrote a version: it lies in exports/NUMBER there. */
function epochOf({ directory, checkpoint }: OpenedVersion): string {
  return dirname(dirname(join(directory, checkpoint?.exportDirectory ?? "")));
}

function promptOf({ run, recipe }: OpenedVersion): CardFacts["prompt"] {
  return [...promptsOfRun(run.promptTemplate, sourcesOf(recipe))].flatMap(([source, { messages, user }]) =>
    (messages ?? (user === undefined ? [] : [{ role: "user", text: user.text }])).map(({ role, text }) => ({
      source,
      role,
      text,
    })),
  );
}

function setsOf(db: Database, version: OpenedVersion): CardFacts["sets"] {
  const { run, recipe } = version;
  const sets = new Map(listProblemSets(db).map((set) => [set.id, set]));
  const ids = { practice: run.practiceSetId, development: run.developmentSetId, test: run.testSetId };
  return (["practice", "development", "test"] as const).flatMap((use) => {
    const set = sets.get(ids[use] ?? 0);
    const files = sourcesOf(recipe).flatMap(({ [use]: path }) => (path === undefined ? [] : [lastPart(path)]));
    if (set === undefined) return [];
    const problems = use === "practice" ? practisedProblems(db, version) : set.problems;
    return [{ use, file: files.join(", "), problems, sha256: set.sha256 }];
  });
}

/** How many problems there were to practise: those of files, and of generators those that were drawn up to the version. */
function practisedProblems(db: Database, { run, recipe, step }: OpenedVersion): number {
  const generated = sourcesOf(recipe).flatMap(({ name, generator }) => (name !== null && generator ? [name] : []));
  const ofFiles = problemsOfSet(db, run.practiceSetId).filter(({ source }) => !generated.includes(source ?? ""));
  if (generated.length === 0) return ofFiles.length;
  const stretches = lineageOf(db, run.id).map((stretch) => ({ ...stretch, to: Math.min(stretch.to, step) }));
  return ofFiles.length + new Set(givenProblems(db, stretches, generated).map(({ key }) => key)).size;
}
