import type { PracticeFacts, StoryFacts } from "../../core/story-facts.ts";
import { directionOf, varianceOf } from "./change.ts";
import { share } from "../../core/texts/share-text.ts";
import { count, counted, stepSpan } from "./words.ts";

/**
 * What passed in practice, first against last: a clause without its full stop. The mean over arms that were drawn in
 * both parts, each arm counting alike, so that a curriculum that draws other arms later changes nothing.
 */
export function practiceText({ practice, steps, evaluation }: StoryFacts): string {
  if (steps === 0) return `${start(evaluation !== null)} has not finished a step yet, so nothing could improve`;
  const parts = [...Map.groupBy(practice, ({ part }) => part).values()];
  const [first, last] = [parts[0] ?? [], parts.at(-1) ?? []];
  const pairs = first.flatMap((before) => {
    const now = last.find(({ arm, visits }) => arm === before.arm && visits > 0);
    return now === undefined || before.visits === 0 ? [] : [{ before, now }];
  });
  if (parts.length < 2 || pairs.length === 0)
    return `${start(evaluation !== null)} has practised too little yet to show a change`;
  const mean = (of: (pair: (typeof pairs)[number]) => number): number =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const [before, now] = [mean((pair) => rate(pair.before)), mean((pair) => rate(pair.now))];
  const standardError = Math.sqrt(mean((pair) => squaredError(pair.before) + squaredError(pair.now)) / pairs.length);
  const visits = Math.min(...[first, last].map((part) => part.reduce((sum, each) => sum + each.visits, 0)));
  const [from, to] = [span(first), span(last)];
  const said = `${share(before)} of its attempts passed in ${from} and ${share(now)} in ${to}`;
  const clause = {
    up: said,
    down: `${said}, which is worse`,
    unclear: `${said}: no clear change, as that is within the noise (two standard errors)`,
    "too-few": `${said}, but ${counted(visits, "visit")} to problems ${visits === 1 ? "is" : "are"} too few to tell a change from chance`,
  }[directionOf(now - before, standardError, visits)];
  const kinds = pairs.length === 1 ? "" : ` (the mean of ${count(pairs.length)} kinds of problems)`;
  return `${evaluation === null ? "It was not evaluated on held-out problems; in" : "in"} practice, without hints, ${clause}${kinds}`;
}

function start(isContinued: boolean): string {
  return isContinued ? "it" : "It";
}

function rate({ passRates, visits }: PracticeFacts): number {
  return passRates / visits;
}

function squaredError({ visits, passRates, squaredPassRates }: PracticeFacts): number {
  return varianceOf(visits, passRates, squaredPassRates) / visits;
}

function span(part: readonly PracticeFacts[]): string {
  return stepSpan(Math.min(...part.map((each) => each.fromStep)), Math.max(...part.map((each) => each.toStep)));
}
