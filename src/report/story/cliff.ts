import type { PracticeFacts, StoryFacts } from "../../core/story-facts.ts";
import type { StorySentence } from "./sentence.ts";
import { count, counted, list, sqlText, stepSpan } from "./words.ts";

/** Cliffs that an arm must have before it can be called one as a whole, and the share that they are of its visits. */
const FEW = 4;
const MOST = 0.5;

const MEANING = "a learning cliff: with no right answer among them there is little to learn from";
const MEANING_OF_ARM = "no right answer among the attempts, so little to learn from";

/** Where the learning cliff was, what got over it, and whether it is still there. */
export function cliffSentence(facts: StoryFacts): StorySentence {
  const { runId, practice } = facts;
  const arm = steepestArm(practice);
  const where = arm === undefined ? "" : ` AND arm = ${sqlText(arm)}`;
  return {
    topic: "cliff",
    text: `${cliffText(facts, arm)}.`,
    link: arm === undefined ? "cliffs" : `cliffs?arm=${encodeURIComponent(arm)}`,
    sql: `SELECT step, arm, problem, rollouts, scaffold, hints_tried, rescued_by FROM v_cliffs WHERE run_id = ${runId}${where} ORDER BY step LIMIT 100`,
  };
}

function cliffText(facts: StoryFacts, steepest: string | undefined): string {
  const { visits, cliffs } = sumOf(facts.practice);
  if (visits === 0) return nothingYet(facts.steps);
  if (cliffs === 0) return noCliff(visits);
  return steepest === undefined ? scatteredCliffs(facts) : cliffOf(facts, steepest);
}

function nothingYet(steps: number): string {
  const why = steps === 0 ? "no step is finished" : "no attempt has a verdict";
  return `Whether there is a learning cliff (problems at which every attempt fails) cannot be told yet: ${why}`;
}

function noCliff(visits: number): string {
  return `There was no learning cliff (a problem at which every attempt fails, which leaves little to learn from) in ${counted(visits, "visit")} to problems`;
}

/** Cliffs here and there, no kind of problem that failed as a whole. */
function scatteredCliffs(facts: StoryFacts): string {
  const { visits, cliffs } = sumOf(facts.practice);
  const arms = [...Map.groupBy(facts.practice, ({ arm }) => arm)].map(([arm, parts]) => ({ arm, ...sumOf(parts) }));
  const most = arms.reduce((best, arm) => (arm.cliffs > best.cliffs ? arm : best));
  const isOneArm = most.cliffs === cliffs;
  const isTie = arms.filter((arm) => arm.cliffs === most.cliffs).length > 1;
  const place =
    arms.length === 1 || isTie
      ? ""
      : isOneArm
        ? ` in ${most.arm}`
        : `, most often in ${most.arm} (${count(most.cliffs)})`;
  return `In ${count(cliffs)} of ${counted(visits, "visit")} to problems every attempt failed${isOneArm ? place : ""} (${MEANING})${isOneArm ? "" : place}; ${helpText(facts, facts.practice, "these")}`;
}

/** A kind of problem that failed as a whole, over the run or in some part of it. */
function cliffOf(facts: StoryFacts, arm: string): string {
  const parts = facts.practice.filter((part) => part.arm === arm && part.visits > 0);
  const whole = stretchOf(parts);
  const [first, last] = [parts[0], parts.at(-1)];
  const isEverywhere = whole.cliffs === whole.visits || (isSteep(whole) && first !== undefined && !isSteep(first));
  // A part by itself may have few visits: the first steep one may come long after the cliff began.
  const from = isEverywhere ? whole : parts.find(isSteep);
  if (from === undefined || last === undefined) return scatteredCliffs(facts);
  const span = stepSpan(from.fromStep, from.toStep);
  const opening = `${arm} was a learning cliff (${MEANING_OF_ARM}): in ${span} every attempt failed in ${visitsText(from)} to its problems`;
  const help = helpText(facts, parts, `its ${counted(whole.cliffs, "such visit")}`);
  const isSaid = last === from || parts.length === 1 || whole.cliffs === whole.visits;
  return `${opening}; ${help}${isSaid ? "" : `; ${presentText(last)}`}`;
}

/** What became of them: with hints, or why there were none. */
function helpText(facts: StoryFacts, parts: readonly PracticeFacts[], those: string): string {
  if (facts.scaffold === "none") return "this run gives no hints";
  const { cliffs, rescued, unrescued, exempt } = sumOf(parts);
  const name = (number: number): string => (cliffs === 1 ? "it" : count(number));
  const told = [
    { number: rescued, text: `a hint got ${name(rescued)} to a right answer` },
    { number: unrescued, text: `no hint helped ${name(unrescued)}` },
    { number: exempt, text: `${name(exempt)} came before hints were allowed` },
    {
      number: cliffs - rescued - unrescued - exempt,
      text: `${name(cliffs - rescued - unrescued - exempt)} got no hint`,
    },
  ].filter(({ number }) => number > 0);
  return `${cliffs === 1 ? "" : `of ${those}, `}${list(told.map(({ text }) => text))}`;
}

/** How it stands in the newest part. */
function presentText(part: PracticeFacts): string {
  const { visits, cliffs, fromStep, toStep } = part;
  const span = `in ${stepSpan(fromStep, toStep)}`;
  if (cliffs === 0) return `${span} none was left in ${counted(visits, "visit")}`;
  const many = visitsText(part);
  return cliffs / visits >= MOST ? `it is still there: ${span} ${many}` : `${span} it was ${many}`;
}

/** How many of the visits were cliffs: `all 12 visits`, `3 of 12 visits`. */
function visitsText({ visits, cliffs }: Pick<PracticeFacts, "visits" | "cliffs">): string {
  if (cliffs < visits) return `${count(cliffs)} of ${counted(visits, "visit")}`;
  return visits === 1 ? "the one visit" : visits === 2 ? "both visits" : `all ${count(visits)} visits`;
}

/**
 * The arm most of whose visits failed, over the run or in some part of it; undefined where none did. Of several, that of
 * most cliffs.
 */
function steepestArm(practice: readonly PracticeFacts[]): string | undefined {
  const all = [...Map.groupBy(practice, ({ arm }) => arm)].map(([arm, parts]) => ({ arm, parts, ...sumOf(parts) }));
  // One arm is all problems: there are no others to tell it from, and its name may say nothing.
  if (all.length === 1) return undefined;
  const arms = all.filter((arm) => isSteep(arm) || arm.parts.some(isSteep));
  return arms.sort((a, b) => b.cliffs - a.cliffs)[0]?.arm;
}

function isSteep({ visits, cliffs }: Pick<PracticeFacts, "visits" | "cliffs">): boolean {
  return cliffs >= FEW && cliffs / visits >= MOST;
}

/** Parts of the run as one. */
function stretchOf(parts: readonly PracticeFacts[]): Counts & Pick<PracticeFacts, "fromStep" | "toStep"> {
  const fromStep = Math.min(...parts.map((part) => part.fromStep));
  return { ...sumOf(parts), fromStep, toStep: Math.max(...parts.map((part) => part.toStep)) };
}

type Counts = Pick<PracticeFacts, "visits" | "cliffs" | "rescued" | "unrescued" | "exempt">;

function sumOf(parts: readonly PracticeFacts[]): Counts {
  const sum = (key: keyof Counts): number => parts.reduce((total, part) => total + part[key], 0);
  return {
    visits: sum("visits"),
    cliffs: sum("cliffs"),
    rescued: sum("rescued"),
    unrescued: sum("unrescued"),
    exempt: sum("exempt"),
  };
}
