import type { Recipe } from "../../config/recipe-schema.ts";
import { normalText, textsOf } from "../../problems/seen-texts.ts";
import { sha256 } from "../../core/files/files.ts";
import type { Connection } from "../../tracking/database.ts";
import { givenProblems, type DrawnProblem, type GivenProblem } from "../../tracking/generated-problems.ts";
import { lineageOf } from "../../tracking/lineage.ts";
import { problemsOfSet } from "../../tracking/problem-sets.ts";
import type { RunRow } from "../../tracking/runs.ts";
import { isVisible, laneOf, type DrawPlace, type Lane } from "./draw-places.ts";
import { freshProblems } from "./fresh-problems.ts";
import { indexOfKey, type GeneratedProblem, type SourceGenerator } from "./source-generator.ts";

/** Draws problems of the arms that generators make. */
export interface ProblemDraw {
  /** Whether an arm's problems are generated. */
  has(arm: string): boolean;
  /**
   * The next problem for each of these arms, which may be there several times: one that was not drawn before, by this run or by
   * one that it was forked from, and is not held out. Nothing is stored.
   * @param place what the problems are for. Each place is drawn for once.
   * @throws RlvrError like {@link freshProblems}; what `fits` throws.
   */
  next(arms: readonly string[], place: DrawPlace): Promise<DrawnProblem[]>;
}

/** Which of a source's problems can be asked. */
export type ProblemsFit = (source: string, problems: readonly GeneratedProblem[]) => Promise<readonly boolean[]>;

/**
 * The draws of a run. What was drawn is read from its rows, so a run that goes on draws as if it had never stopped.
 */
export function createProblemDraw(
  db: Connection,
  run: RunRow,
  recipe: Recipe,
  generators: readonly SourceGenerator[],
  fits: ProblemsFit,
  signal: AbortSignal,
): ProblemDraw {
  if (generators.length === 0) return { has: () => false, next: () => Promise.resolve([]) };
  const byArm = new Map(generators.flatMap((generator) => generator.arms.map((arm) => [arm, generator] as const)));
  const sources = generators.map(({ source }) => source);
  const never = neverDrawn(db, run, sources);
  const drawn = createDrawn(givenProblems(db, lineageOf(db, run.id), sources));

  async function nextOf(arm: string, count: number, place: DrawPlace): Promise<GeneratedProblem[]> {
    const generator = generatorOf(byArm, arm);
    const lane = laneOf(place, recipe);
    const own = new Set<string>();
    const isNew = (text: string): boolean => {
      if (never.find(text) !== undefined || drawn.hasText(text, place) || own.has(normalText(text))) return false;
      own.add(normalText(text));
      return true;
    };
    const wanted = { split: "practice" as const, arm, from: drawn.nextIndex(arm, place, lane), stride: lane.of, count };
    const problems = await freshProblems(generator, wanted, isNew, signal, (made) => fits(generator.source, made));
    for (const { problem } of problems) drawn.add({ ...place, key: problem.id, arm, problem: problem.problem });
    return problems;
  }
  return {
    has: (arm) => byArm.has(arm),
    async next(arms, place) {
      const made = new Map<string, GeneratedProblem[]>();
      for (const [arm, { length }] of Map.groupBy(arms, (each) => each))
        made.set(arm, await nextOf(arm, length, place));
      return arms.map((arm) => {
        const problem = made.get(arm)?.shift()?.problem;
        if (problem === undefined) throw new Error(`too few problems of the arm ${arm} were made`);
        return { source: generatorOf(byArm, arm).source, problem };
      });
    },
  };
}

function generatorOf(byArm: ReadonlyMap<string, SourceGenerator>, arm: string): SourceGenerator {
  const generator = byArm.get(arm);
  if (generator === undefined) throw new Error(`no generator makes problems of the arm ${arm}`);
  return generator;
}

/** Texts of held-out problems and of problems of files. Of a generated source, the practice set has the first to be drawn. */
function neverDrawn(db: Connection, run: RunRow, sources: readonly string[]) {
  const files = problemsOfSet(db, run.practiceSetId).filter(({ source }) => !sources.includes(source ?? ""));
  const heldOut = [run.developmentSetId, run.testSetId].flatMap((id) => (id === null ? [] : problemsOfSet(db, id)));
  return textsOf([...files, ...heldOut]);
}

/** What was drawn, looked at from a place: only what every run with the same rows would see there. */
function createDrawn(given: readonly GivenProblem[]) {
  type Past = Pick<GivenProblem, "step" | "round"> & { readonly index: number };
  const byText = new Map<string, Past[]>();
  const byArm = new Map<string, Past[]>();
  const textKey = (text: string): string => sha256(normalText(text)).slice(0, 24);
  const put = (all: Map<string, Past[]>, key: string, past: Past): void => {
    const known = all.get(key);
    if (known === undefined) all.set(key, [past]);
    else known.push(past);
  };
  const add = ({ step, round, key, arm, problem }: GivenProblem): void => {
    const past = { step, round, index: indexOfKey(key) ?? -1 };
    put(byText, textKey(problem), past);
    put(byArm, arm, past);
  };
  for (const each of given) add(each);
  return {
    add,
    hasText: (text: string, place: DrawPlace): boolean =>
      byText.get(textKey(text))?.some((past) => isVisible(past, place)) ?? false,
    /** The first index of a lane after all that were taken of it. */
    nextIndex(arm: string, place: DrawPlace, { of, lane }: Lane): number {
      let next = lane;
      for (const past of byArm.get(arm) ?? [])
        if (past.index >= next && past.index % of === lane && isVisible(past, place)) next = past.index + of;
      return next;
    },
  };
}
