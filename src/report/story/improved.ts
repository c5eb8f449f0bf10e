import type { ArmChange, EvaluationFacts, StoryFacts } from "../../core/story-facts.ts";
import { directionOf, varianceOf, type Direction } from "./change.ts";
import { practiceText } from "./practice.ts";
import type { StorySentence } from "./sentence.ts";
import { share } from "../../core/texts/share-text.ts";
import { count, counted, list, sqlText } from "./words.ts";

/**
 * What improved: by the first and the newest evaluation, or by what passed in practice where there are no two. A change
 * counts when it is more than two standard errors over the problems that both evaluations asked.
 */
export function improvedSentence(facts: StoryFacts): StorySentence {
  const { evaluation } = facts;
  const isCompared = evaluation !== null && evaluation.beforeStep !== evaluation.nowStep;
  const text = isCompared ? evaluationText(evaluation) : [onlyEvaluation(evaluation), practiceText(facts)].join("");
  return {
    topic: "improved",
    text: `${text}${teacherText(facts.teacherKl)}${stateText(facts)}.`,
    link: evaluation === null ? "rollouts?hint=none" : "#evaluations",
    sql: evaluation === null ? practiceSql(facts.runId) : evaluationSql(facts.runId, evaluation),
  };
}

interface Change {
  readonly before: number | null;
  readonly now: number | null;
  readonly problems: number;
  readonly direction: Direction;
}

function changeOf(arms: readonly ArmChange[]): Change {
  const total = (of: (arm: ArmChange) => number): number => arms.reduce((sum, arm) => sum + of(arm), 0);
  const rate = (passed: number, judged: number): number | null => (judged === 0 ? null : passed / judged);
  const problems = total((arm) => arm.problems);
  const changes = total((arm) => arm.changes);
  const variance = varianceOf(
    problems,
    changes,
    total((arm) => arm.squaredChanges),
  );
  return {
    before: rate(
      total((arm) => arm.beforePassed),
      total((arm) => arm.beforeJudged),
    ),
    now: rate(
      total((arm) => arm.nowPassed),
      total((arm) => arm.nowJudged),
    ),
    problems,
    direction: directionOf(changes / problems, Math.sqrt(variance / problems), problems),
  };
}

function evaluationText(evaluation: EvaluationFacts): string {
  const { arms, beforeStep, nowStep } = evaluation;
  const all = changeOf(arms);
  if (all.before === null || all.now === null) return `${placeText(evaluation)} no answer could be judged`;
  const span = beforeStep === 0 ? `in ${counted(nowStep, "step")}` : `from step ${beforeStep} to step ${nowStep}`;
  const [before, now] = [share(all.before), share(all.now)];
  const unjudged = arms.reduce((sum, arm) => sum + arm.unjudged, 0);
  return [
    placeText(evaluation),
    {
      up: ` it went from ${before} to ${now} right ${span}`,
      down: ` it got worse: from ${before} to ${now} right ${span}`,
      unclear:
        ` there is no clear change ${span}: ${before} right before and ${now} now, ` +
        `which is within the noise of ${counted(all.problems, "problem")} (two standard errors)`,
      "too-few": ` ${before} was right before and ${now} after ${counted(nowStep, "step")}, but ${tooFew(all.problems)}`,
    }[all.direction],
    armsText(arms, all.direction),
    unjudged === 0
      ? ""
      : ` (${counted(unjudged, "answer")} could not be judged and ${unjudged === 1 ? "counts" : "count"} in none of this)`,
  ].join("");
}

function tooFew(problems: number): string {
  return `${counted(problems, "problem")} ${problems === 1 ? "is" : "are"} too few to tell a change from chance`;
}

/** The arm that changed most in the direction of the whole, and the one that went most against it, where that is clear. */
function armsText(arms: readonly ArmChange[], whole: Direction): string {
  if (arms.length < 2) return "";
  const changes = arms
    .map((arm) => ({ arm: arm.arm, by: arm.changes / arm.problems, ...changeOf([arm]) }))
    .sort((a, b) => b.by - a.by);
  const [best, worst] = [changes[0], changes.at(-1)];
  const told = (change: typeof best): string =>
    `${change?.arm ?? ""}, from ${share(change?.before ?? 0)} to ${share(change?.now ?? 0)}`;
  const up = best?.direction === "up" ? told(best) : undefined;
  const down = worst?.direction === "down" ? told(worst) : undefined;
  if (whole === "down")
    return `${down === undefined ? "" : `; most on ${down}`}${up === undefined ? "" : `; better on ${up}`}`;
  const most = whole === "up" ? "most" : "better";
  return `${up === undefined ? "" : `; ${most} on ${up}`}${down === undefined ? "" : `; worse on ${down}`}`;
}

function placeText({ suite, isHeldOut, sources }: EvaluationFacts): string {
  if (!isHeldOut) return `On the problems that it practises (asked anew as "${suite}")`;
  const name = suite === "test" || suite === "development" ? `${suite} set` : `set "${suite}"`;
  const of = sources.length === 0 ? "problems" : `problems of ${list(sources)} alone,`;
  return `On the held-out ${name} (${of} set apart from practice)`;
}

/** One evaluation is no comparison: what it found, before what practice says. */
function onlyEvaluation(evaluation: EvaluationFacts | null): string {
  if (evaluation === null) return "";
  const { now } = changeOf(evaluation.arms);
  const when = evaluation.nowStep === 0 ? "before the first step" : `after step ${count(evaluation.nowStep)}`;
  if (now === null) return `${placeText(evaluation)} no answer could be judged ${when}; `;
  return `${placeText(evaluation)} ${share(now)} was right ${when}, and this run has no other evaluation yet; `;
}

function teacherText(kl: StoryFacts["teacherKl"]): string {
  if (kl === null) return "";
  const [before, now] = [kl.before.toFixed(2), kl.now.toFixed(2)];
  return `; its distance from its teacher went from ${before} to ${now} nats a token (KL divergence: 0 where both say the same)`;
}

function stateText({ state, steps, plannedSteps }: StoryFacts): string {
  const place = `${count(steps)} of ${counted(plannedSteps, "step")}`;
  switch (state) {
    case "succeeded":
      return "";
    case "running":
      return ` (it is still running: ${place} done)`;
    case "failed":
      return ` (the run failed after ${place})`;
    case "interrupted":
    case "stopped":
      return ` (the run was stopped after ${place})`;
  }
}

function evaluationSql(runId: number, { suite, beforeStep, nowStep }: EvaluationFacts): string {
  return (
    `SELECT arm, step, round(accuracy, 3) AS accuracy, problems, completions, unjudged FROM v_evals ` +
    `WHERE run_id = ${runId} AND suite = ${sqlText(suite)} AND step IN (${beforeStep}, ${nowStep}) ORDER BY arm, step`
  );
}

function practiceSql(runId: number): string {
  return `SELECT step, substr(name, 11) AS arm, round(value, 3) AS pass_rate FROM metrics WHERE run_id = ${runId} AND name LIKE 'pass_rate.%' ORDER BY step, arm`;
}
