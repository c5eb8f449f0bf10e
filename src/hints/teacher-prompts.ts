import { Template } from "@huggingface/jinja";
import { readFileSync } from "node:fs";
import { packagePath } from "../core/package-files.ts";
import { askedText } from "../problems/own-messages.ts";
import type { Problem } from "../problems/problem.ts";

/** What a teacher is told. */
export interface TeacherPrompts {
  /** Asks for the hints of a problem, of which all messages are shown where it is a conversation. A `solution` among its further fields is shown as the reference. */
  ask(problem: Problem): string;
  /** Asks for them once more, after an answer that could not be used. */
  askAgain(complaint: string): string;
}

/** The prompts that ship with the package, from `prompts/teacher-hints.md` and `prompts/teacher-hints-again.md`. */
export function readTeacherPrompts(): TeacherPrompts {
  const read = (name: string): Template => new Template(readFileSync(packagePath(`prompts/${name}.md`), "utf8"));
  const [ask, askAgain] = [read("teacher-hints"), read("teacher-hints-again")];
  return {
    ask(problem) {
      const { answer, solution } = problem;
      return ask
        .render({ problem: askedText(problem), answer, ...(typeof solution === "string" && { solution }) })
        .trim();
    },
    askAgain(complaint) {
      return askAgain.render({ complaint }).trim();
    },
  };
}
