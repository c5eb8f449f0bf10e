import { Template } from "@huggingface/jinja";
import { RlvrError, messageOf } from "../../core/errors.ts";
import { lineOf, templateNames, type TemplateNames } from "./template-names.ts";

/** A hint as a template sees it. */
export interface TemplateHint {
  readonly tier: "knowledge" | "planning" | "solution";
  /** How many parts of the tier are shown, from 1. */
  readonly level: number;
  /** Those parts. */
  readonly parts: readonly string[];
}

/** A problem as a template gets it, with all its fields. */
export type TemplateProblem = Readonly<Record<string, unknown>> & { readonly problem: string };

/** Renders a message of a problem, with a hint or without. */
export interface MessageTemplate {
  /** @throws RlvrError `bad_recipe` when the template cannot be rendered with the problem. */
  (problem: TemplateProblem, hint?: TemplateHint): string;
  /** Where its text is from: a file, or a place in the recipe. */
  readonly path: string;
  readonly names: TemplateNames;
  /** The first line whose code matches, from 1; 1 where none does. */
  lineOf(pattern: RegExp): number;
}

/** Fields that a template never gets: they give the answer away, or are not part of the question. */
export const WITHHELD: ReadonlySet<string> = new Set(["id", "answer", "answers", "hints"]);

/**
 * The template of a message from its text: Jinja, with the fields of the problem (`problem` is its text; not its answer,
 * hints and id) and, when there is one, `hint`.
 * @param path where the text is from, for messages.
 * @throws RlvrError `bad_recipe` when it does not parse.
 */
export function messageTemplate(text: string, path: string): MessageTemplate {
  const template = parse(text, path);
  const names = templateNames(template);
  const given = names.variables.map(({ name }) => name).filter((name) => name !== "hint" && !WITHHELD.has(name));
  const render = (problem: TemplateProblem, hint?: TemplateHint): string => {
    const fields = given.filter((name) => Object.hasOwn(problem, name)).map((name) => [name, problem[name]]);
    try {
      return template.render({ ...Object.fromEntries(fields), ...(hint !== undefined && { hint }) }).trim();
    } catch (error) {
      const shown = JSON.stringify(problem.problem.slice(0, 80));
      throw new RlvrError(
        "bad_recipe",
        `the prompt template ${path} fails at the problem ${shown}: ${messageOf(error)}`,
        {
          advice: "Correct the template, or the fields of the problem that it uses.",
          cause: error,
        },
      );
    }
  };
  return Object.assign(render, {
    path,
    names,
    lineOf: (pattern: RegExp) => lineOf(text, pattern),
  });
}

function parse(text: string, path: string): Template {
  try {
    return new Template(text);
  } catch (error) {
    // The parser runs past the end of a template whose last block is open.
    const fault = error instanceof TypeError ? "a block does not end ({% endif %}, {% endfor %})" : messageOf(error);
    throw new RlvrError("bad_recipe", `the prompt template ${path} does not parse: ${fault}`, {
      advice: "It is a Jinja template; {{ problem }} stands for the problem's text.",
      cause: error,
    });
  }
}
