import { leakInHints } from "../leaks/leak-in-hints.ts";
import { askedText } from "../own-messages.ts";
import type { Problem } from "../problem.ts";
import { createSeenTexts, type SeenTexts } from "../seen-texts.ts";
import { finding, type Finding } from "./finding.ts";

/** An arm of fewer problems is worth a warning. */
const FEW = 10;

/** A problem set that must share no problem with the one that is looked at. */
export interface HeldOut {
  readonly path: string;
  /** Its problems by their lines. */
  readonly problems: SeenTexts;
}

/** Looks at the problems of a set one after the other. */
export interface SetChecks {
  /** What is wrong with a problem, on its own and beside those before it. */
  look(problem: Problem, line: number): Finding[];
  /** What is wrong with the set as a whole. */
  end(): Finding[];
  /** Problems by arm so far, in order of their first. */
  readonly arms: ReadonlyMap<string, number>;
}

/** Checks of texts, answers, hints, ids and arms. They remember digests of texts, and the ids. */
export function createSetChecks(heldOut: readonly HeldOut[]): SetChecks {
  const problems = createSeenTexts();
  const pairs = createSeenTexts();
  const ids = new Map<string, number>();
  const arms = new Map<string, number>();
  return {
    arms,
    look(entry, line) {
      const { id, problem, answer, arm } = entry;
      const asked = askedText(entry);
      arms.set(arm, (arms.get(arm) ?? 0) + 1);
      const repeated = id === undefined ? undefined : ids.get(id);
      if (id !== undefined && repeated === undefined) ids.set(id, line);
      return [
        ...(problem.trim() === "" ? [finding("empty-problem", line, "the problem is white space alone")] : []),
        ...answerFindings(answer, line),
        ...repetition(line, problems.firstOf(asked, line), pairs.firstOf(`${asked.trim()}\0${answer.trim()}`, line)),
        ...(repeated === undefined
          ? []
          : [finding("duplicate-id", line, `the id "${id}" is that of line ${repeated}`)]),
        ...heldOut.flatMap(({ path, problems: others }) => {
          const other = others.find(problem);
          return other === undefined ? [] : [finding("contamination", line, `also in ${path}, line ${other}`)];
        }),
        ...leakFindings(entry, line),
      ];
    },
    end: () =>
      [...arms].flatMap(([arm, count]) =>
        count < FEW
          ? [
              finding(
                "small-arm",
                null,
                `the arm "${arm}" has ${count} ${count === 1 ? "problem" : "problems"}, fewer than ${FEW}`,
              ),
            ]
          : [],
      ),
  };
}

function answerFindings(answer: string, line: number): Finding[] {
  if (answer.trim() === "")
    return [finding("empty-answer", line, answer === "" ? "the answer is empty" : "the answer is white space alone")];
  return /[\r\n]/.test(answer.trim()) ? [finding("answer-of-lines", line, "the answer has line breaks")] : [];
}

function leakFindings(problem: Problem, line: number): Finding[] {
  const found = leakInHints(problem);
  if (found === undefined) return [];
  const { tier, part, leak } = found;
  return [finding("hint-leak", line, `part ${part} of ${tier} gives the answer away: ${leak}`)];
}

/** What a line repeats: the first with its problem, and the first with its answer too. */
function repetition(line: number, sameProblem: number | undefined, sameBoth: number | undefined): Finding[] {
  if (sameBoth !== undefined) return [finding("duplicate-problem", line, `the same as line ${sameBoth}`)];
  if (sameProblem === undefined) return [];
  return [finding("conflicting-answers", line, `the problem of line ${sameProblem}, with another answer`)];
}
