import type { StoryFacts } from "../core/story-facts.ts";
import { cliffSentence } from "./story/cliff.ts";
import { droppedSentence } from "./story/dropped.ts";
import { improvedSentence } from "./story/improved.ts";
import type { StorySentence } from "./story/sentence.ts";

/** What a run did, for somebody who has never seen one: what improved, where the cliff was, what was dropped and why. */
export function story(facts: StoryFacts): StorySentence[] {
  return [improvedSentence(facts), cliffSentence(facts), droppedSentence(facts)];
}
