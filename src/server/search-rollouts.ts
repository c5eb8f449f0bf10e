import type { Connection } from "../tracking/database.ts";
import {
  matchingRollouts,
  walkGroups,
  type FoundRollout,
  type RolloutFilters,
  type SearchPlace,
} from "../tracking/reads/rollout-search.ts";

/** How long a request goes on looking, in milliseconds: an answer comes soon, however rare what is wanted is. */
const LOOK_MS = 120;
/** Groups of a first look, doubled from look to look up to the most: what is common is found in the first. */
const FIRST_GROUPS = 32;
const MOST_GROUPS = 2048;
/** The same where texts are read: those are a hundred times as large as all else. */
const MOST_GROUPS_WITH_TEXT = 256;

/** What a request found, and where the next goes on; `next` is undefined at the end of the run. */
export interface SearchResult {
  readonly found: readonly FoundRollout[];
  readonly next: SearchPlace | undefined;
  /** Rollouts that it looked at. */
  readonly scanned: number;
  /** Step that it came to; null where there was nothing to look at. */
  readonly atStep: number | null;
}

/**
 * Looks through a run for rollouts, newest first, until as many are found as are wanted or the time is up.
 * @param breathe lets other requests have their turn between two looks.
 */
export async function searchRollouts(
  db: Connection,
  runId: number,
  search: { readonly filters: RolloutFilters; readonly from: SearchPlace | undefined; readonly limit: number },
  breathe: () => Promise<unknown>,
): Promise<SearchResult> {
  const { filters, limit } = search;
  const most = filters.text === undefined ? MOST_GROUPS : MOST_GROUPS_WITH_TEXT;
  const end = performance.now() + LOOK_MS;
  const found: FoundRollout[] = [];
  let place = search.from;
  let scanned = 0;
  let atStep: number | null = null;
  for (let size = FIRST_GROUPS; ; size = Math.min(2 * size, most)) {
    const groups = walkGroups(db, runId, filters, place, size);
    const wanted = groups.filter(({ isWanted }) => isWanted);
    const matching = matchingRollouts(db, wanted, filters, place, limit - found.length);
    found.push(...matching);
    scanned += wanted.reduce((sum, { rollouts }) => sum + rollouts, 0);
    const [last, lastFound] = [groups.at(-1), matching.at(-1)];
    if (found.length === limit && lastFound !== undefined) {
      const { step, slot, number } = lastFound;
      return { found, next: { step, slot, number }, scanned, atStep: step };
    }
    atStep = last?.step ?? atStep;
    if (last === undefined || groups.length < size) return { found, next: undefined, scanned, atStep };
    place = { step: last.step, slot: last.slot, number: 0 };
    if (performance.now() >= end) return { found, next: place, scanned, atStep };
    await breathe();
  }
}
