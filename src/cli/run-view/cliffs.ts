import type { StepFinished } from "../../run/events.ts";

/** What a scaffold says of groups that are at no cliff. */
const NO_CLIFF: ReadonlySet<string> = new Set(["passed", "unjudged", "none", "cold_start"]);

/** How many groups of a step were at a learning cliff, and how many of them a hint got over it. */
export function cliffsOf({ scaffold }: StepFinished): { readonly cliffs: number; readonly hinted: number } {
  const cliffs = Object.entries(scaffold)
    .filter(([outcome]) => !NO_CLIFF.has(outcome))
    .reduce((sum, [, groups]) => sum + groups, 0);
  return { cliffs, hinted: scaffold["hinted"] ?? 0 };
}
