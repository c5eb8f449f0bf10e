import type { GeneratorConfig } from "../../config/recipe/generator-schema.ts";
import type { RecipeSource } from "../../config/recipe-sources.ts";
import { deriveSeed } from "../../core/random.ts";
import { checkProblem } from "../../problems/check-problem.ts";
import type { Problem } from "../../problems/problem.ts";
import { askGenerator, generatorFailed, type AskedGenerator } from "../../verifiers/generators/ask-generator.ts";
import type { VerifierPool } from "../../verifiers/pool/pool.ts";
import { armIn } from "../start/arm-in.ts";

/** The sets that a generator makes problems for. No two of a run share a problem. */
export type Split = "practice" | "development" | "test";

/** A generated problem with what it is found by in its arm. */
export interface GeneratedProblem {
  /** Its place among those of its arm and split, from 0. */
  readonly index: number;
  readonly problem: Problem & { readonly id: string };
}

/** What makes the problems of a source. */
export interface SourceGenerator extends Pick<AskedGenerator, "name" | "version" | "sourceSha256" | "path"> {
  /** The source's name. */
  readonly source: string;
  /** Its arms as the run has them: they begin with the source's name. */
  readonly arms: readonly string[];
  /**
   * Problems of an arm at some indexes: always the same.
   * @throws RlvrError `generator_failed` naming module, arm and index when one is not made, or is no problem.
   */
  problems(split: Split, arm: string, indexes: readonly number[], signal?: AbortSignal): Promise<GeneratedProblem[]>;
}

/**
 * The generators of those sources that have one, loaded in the workers of a pool.
 * @param seed the run's. Held-out problems do not depend on it, so that runs of several seeds are compared on the same.
 * @throws RlvrError `missing_file`, `bad_recipe` or `generator_failed`, as {@link askGenerator} does.
 */
export async function openGenerators(
  sources: readonly Pick<RecipeSource, "name" | "generator">[],
  seed: number,
  pool: VerifierPool,
): Promise<SourceGenerator[]> {
  const opened: SourceGenerator[] = [];
  for (const { name, generator } of sources)
    if (name !== null && generator !== undefined)
      opened.push(sourceGenerator(name, seed, await askGenerator(pool, entryOf(generator))));
  return opened;
}

function entryOf({ name, deadline_ms: deadlineMs, memory_mb: memoryMb, ...options }: GeneratorConfig) {
  return { path: name, options, deadlineMs, memoryMb };
}

function sourceGenerator(source: string, runSeed: number, asked: AskedGenerator): SourceGenerator {
  const { name, version, sourceSha256, path } = asked;
  const ownArms = new Map(asked.arms.map((own) => [armIn({ name: source, arm: undefined }, own), own]));
  return {
    name,
    version,
    sourceSha256,
    path,
    source,
    arms: [...ownArms.keys()],
    async problems(split, arm, indexes, signal) {
      const own = ownArms.get(arm) ?? arm;
      const root = split === "practice" ? runSeed : 0;
      const requests = indexes.map((index) => {
        return { arm: own, index, seed: deriveSeed(root, "generate", source, split, own, index) };
      });
      const made = await asked.problems(requests, signal);
      return made.map((value, place) => {
        const index = indexes[place] ?? 0;
        const id = `${arm}#${split === "practice" ? `seed-${runSeed}` : split}-${index}`;
        const checked = checkProblem({ ...(value as object), id, arm });
        if ("fault" in checked)
          throw generatorFailed(path, requests[place], `what it returned is no problem: ${checked.fault}`);
        return { index, problem: { ...checked.problem, id } };
      });
    },
  };
}

/** The index of a problem that was made for practice, by its key; undefined for any other key. */
export function indexOfKey(key: string): number | undefined {
  const index = /#seed-\d+-(\d+)$/.exec(key)?.[1];
  return index === undefined ? undefined : Number(index);
}
