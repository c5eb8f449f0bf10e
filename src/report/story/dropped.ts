import type { StoryFacts } from "../../core/story-facts.ts";
import type { StorySentence } from "./sentence.ts";
import { share } from "../../core/texts/share-text.ts";
import { count, counted, list } from "./words.ts";

/** What was dropped and why, by reason, most frequent first. */
export function droppedSentence(facts: StoryFacts): StorySentence {
  const { runId, fates } = facts;
  const [main] = fates.dropped;
  return {
    topic: "dropped",
    text: `${droppedText(facts)}.`,
    link: main === undefined ? "rollouts?drop=trained" : `rollouts?drop=${encodeURIComponent(main.reason)}`,
    sql: `SELECT drop_reason, arm, sum(rollouts) AS rollouts FROM v_drops WHERE run_id = ${runId} GROUP BY drop_reason, arm ORDER BY rollouts DESC`,
  };
}

function droppedText(facts: StoryFacts): string {
  const { rollouts, trained, dropped } = facts.fates;
  if (rollouts === 0) return "No attempt has been trained on or dropped yet";
  if (dropped.length === 0)
    return `Nothing was dropped: it trained on ${rollouts === 1 ? "its one attempt" : `all ${counted(rollouts, "attempt")}`}`;
  const reasons = list(
    dropped.map(({ reason, rollouts: number }) => `${count(number)} ${because(reason, number, facts)}`),
  );
  if (trained === 0) return `Every attempt was dropped, so nothing was learned: ${reasons}`;
  return `Of ${counted(rollouts, "attempt")} it trained on ${count(trained)} (${share(trained / rollouts)}) and dropped the others: ${reasons}`;
}

/** A reason of db/schema/rollouts.ts in words, after a number of attempts. */
function because(reason: string, number: number, facts: StoryFacts): string {
  switch (reason) {
    case "zero_variance":
      return `got the same reward as all other attempts at their problem, which leaves nothing to compare${solvedText(facts)}`;
    case "hint_search":
      return "only served to find a hint that helps";
    case "replaced_by_hint":
      return "gave way to an attempt that was given a hint";
    case "no_verdict":
      return `got no verdict, because a verifier crashed, ran out of time or left ${number === 1 ? "it" : "them"} out`;
    case "truncated":
      return `${number === 1 ? "was" : "were"} cut at the most tokens, which the recipe does not train on`;
    case "quarantined":
      return "came in a batch on which training diverged, which was set apart";
    case "stale":
      return "had tokens that were too old by the time of their batch";
    case "cancelled":
      return `${number === 1 ? "was" : "were"} not needed, because the batches were full`;
    default:
      return `for "${reason.replaceAll("_", " ")}"`;
  }
}

/** Whether most of the dropped problems were already solved, or mostly failed. */
function solvedText({ practice }: StoryFacts): string {
  const dropped = practice.reduce((sum, part) => sum + part.dropped, 0);
  const solved = practice.reduce((sum, part) => sum + part.droppedSolved, 0);
  return solved > dropped / 2 ? " (mostly because all of them were right)" : "";
}
