import type { RunSummary } from "../../../src/server/answers.ts";

/** Which runs to show; the empty text takes all. */
export interface RunFilters {
  /** Words that are looked for in name, tags, note and the recipe's file. */
  readonly q: string;
  readonly state: string;
  readonly tag: string;
}

/** The runs that fit: each word of the search is somewhere in what people know a run by, in any case. */
export function fittingRuns(runs: readonly RunSummary[], { q, state, tag }: RunFilters): RunSummary[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return runs.filter((run) => {
    if (state !== "" && run.state !== state) return false;
    if (tag !== "" && !run.tags.includes(tag)) return false;
    const known = [`#${run.id}`, run.name, ...run.tags, run.note ?? "", run.recipeFile ?? ""].join("\n").toLowerCase();
    return words.every((word) => known.includes(word));
  });
}

/** What there is to choose from, each sorted by name. */
export function runFilterChoices(runs: readonly RunSummary[]): {
  readonly states: readonly string[];
  readonly tags: readonly string[];
} {
  const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort();
  return { states: sorted(runs.map(({ state }) => state)), tags: sorted(runs.flatMap(({ tags }) => tags)) };
}
