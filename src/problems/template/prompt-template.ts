import { Template } from "@huggingface/jinja";
import { RlvrError, messageOf } from "../../core/errors.ts";
import { nearestName } from "../../core/nearest-name.ts";
import { filterNames, hasFilter, hasTest, lineOf, templateNames, type TemplateVariable } from "./template-names.ts";

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

/** Renders the user's message of a problem, with a hint or without. */
export interface PromptTemplate {
  /** @throws RlvrError `bad_recipe` when the template cannot be rendered with the problem. */
  (problem: TemplateProblem, hint?: TemplateHint): string;
  readonly path: string;
  /** Names that it takes from the problem, `problem` and `hint` included. */
  readonly variables: readonly TemplateVariable[];
  /** The first line that uses a name, from 1; 1 where none does. */
  lineOf(name: string): number;
}

/** Fields that a template never gets: they would give the answer away, or are no part of the problem. */
export const WITHHELD: ReadonlySet<string> = new Set(["id", "answer", "answers", "hints"]);

const HINT_FIELDS = ["tier", "level", "parts"];

/**
 * A prompt template from its text: Jinja, with the fields of the problem (`problem` is its text; not its answer, hints
 * and id) and, when there is one, `hint`.
 * @param path where the text is from, for messages.
 * @throws RlvrError `bad_recipe` with the line when it does not parse, or uses a filter, a test or a field of the hint
 * that there is not.
 */
export function promptTemplate(text: string, path: string): PromptTemplate {
  const template = parse(text, path);
  const { variables, hintFields, filters, tests } = templateNames(template);
  const refuse = (kind: string, name: string, place: string, known: readonly string[]): never => {
    const nearest = nearestName(name, known);
    throw new RlvrError(
      "bad_recipe",
      `${path}, line ${lineOf(text, new RegExp(place))}: there is no ${kind} "${name}"`,
      {
        advice: nearest === undefined ? `There are: ${known.join(", ")}.` : `Did you mean "${nearest}"?`,
      },
    );
  };
  for (const { name, hasArguments } of filters)
    if (!hasFilter(name, hasArguments))
      refuse(
        `filter with${hasArguments ? "" : "out"} arguments`,
        name,
        `(\\||filter)\\s*${name}\\b`,
        filterNames(hasArguments),
      );
  for (const name of tests)
    if (!hasTest(name)) refuse("test", name, `is\\s+(not\\s+)?${name}\\b`, ["defined", "undefined", "none", "string"]);
  for (const name of hintFields)
    if (!HINT_FIELDS.includes(name)) refuse("field of the hint", name, `hint\\s*\\.\\s*${name}\\b`, HINT_FIELDS);
  const given = variables.map(({ name }) => name).filter((name) => name !== "hint" && !WITHHELD.has(name));
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
          advice: "Mend the template, or the problem's fields that it uses.",
          cause: error,
        },
      );
    }
  };
  return Object.assign(render, {
    path,
    variables,
    lineOf: (name: string) => lineOf(text, new RegExp(`(?<![\\w.])${name}\\b`)),
  });
}

function parse(text: string, path: string): Template {
  try {
    return new Template(text);
  } catch (error) {
    throw new RlvrError("bad_recipe", `the prompt template ${path} does not parse: ${messageOf(error)}`, {
      advice: "It is a Jinja template; {{ problem }} stands for the problem's text.",
      cause: error,
    });
  }
}
