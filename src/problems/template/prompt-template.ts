import { Template } from "@huggingface/jinja";
import { RlvrError, messageOf } from "../../core/errors.ts";

/** A hint as a template sees it. */
export interface TemplateHint {
  readonly tier: "knowledge" | "planning" | "solution";
  /** How many parts of the tier are shown, from 1. */
  readonly level: number;
  /** Those parts. */
  readonly parts: readonly string[];
}

/** Renders the user's message of a problem, with a hint or without. */
export type PromptTemplate = (problem: string, hint?: TemplateHint) => string;

/**
 * A prompt template from its text: Jinja, with `problem` and, when there is one, `hint`.
 * @param path where the text is from, for the message.
 * @throws RlvrError `bad_recipe` when it does not parse.
 */
export function promptTemplate(text: string, path: string): PromptTemplate {
  let template: Template;
  try {
    template = new Template(text);
  } catch (error) {
    throw new RlvrError("bad_recipe", `the prompt template ${path} does not parse: ${messageOf(error)}`, {
      advice: "It is a Jinja template; {{ problem }} stands for the problem's text.",
      cause: error,
    });
  }
  return (problem, hint) => template.render({ problem, ...(hint !== undefined && { hint }) }).trim();
}
