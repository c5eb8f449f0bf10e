import type { StepFinished } from "../../run/events.ts";

/** What a scaffold says of groups that are at no cliff, or that it did not look at. */
const NO_CLIFF: ReadonlySet<string> = new Set(["passed", "unjudged", "none", "cold_start"]);

/** How many groups of a step were at a learning cliff, and how many of them a hint got over it. */
export function cliffsOf({ cliffs, scaffold }: StepFinished): { readonly cliffs: number; readonly hinted: number } {
  return { cliffs: cliffs ?? toldByScaffold(scaffold), hinted: scaffold["hinted"] ?? 0 };
}

/** The same of a step that an older version made: only what its scaffold met. */
function toldByScaffold(scaffold: StepFinished["scaffold"]): number {
  return Object.entries(scaffold)
    .filter(([outcome]) => !NO_CLIFF.has(outcome))
    .reduce((sum, [, groups]) => sum + groups, 0);
}
