import { messagesText } from "../../core/chat.ts";
import { RlvrError } from "../../core/errors.ts";
import { nearestName } from "../../core/nearest-name.ts";
import type { Problem } from "../problem.ts";
import { createSeenTexts, normalText } from "../seen-texts.ts";
import { WITHHELD, type MessageTemplate } from "./message-template.ts";
import type { PromptTemplate } from "./prompt-template.ts";
import { filterNames, hasFilter, hasTest } from "./template-names.ts";

/** Fields of a `TemplateHint`. */
const HINT_FIELDS = ["tier", "level", "parts"];
/** Tests that prompt templates need. */
const TESTS = ["defined", "undefined", "none", "string", "number", "mapping", "sequence"];

/** A problem set with where it is from. */
interface NamedSet {
  readonly path: string;
  readonly problems: readonly Problem[];
}

/**
 * Checks a prompt template against the problems that it is to render; every one is rendered.
 * @returns notes for the user: variables that only some problems have, messages of problems that are not shown.
 * @throws RlvrError `bad_recipe` with the line, when a message's template uses a filter, a test or a field of the hint that
 * there is not, a hint outside of the last message, or a variable that no problem of a set has, or when two problems with
 * different texts render alike; `bad_problems` when messages of a problem's own cannot be asked.
 */
export function checkTemplate(prompt: PromptTemplate, sets: readonly NamedSet[]): string[] {
  for (const { template } of prompt.parts) checkNames(template);
  for (const { template } of prompt.parts.slice(0, -1)) refuseHint(template);
  const notes = prompt.parts.flatMap(({ template }) => sets.flatMap((set) => checkVariables(template, set, prompt)));
  refuseAlike(prompt, sets);
  return [...notes, ...sets.flatMap((set) => unshownMessages(prompt, set))];
}

/** Only the user's turn is trained without its hint too: see the scaffolds. */
function refuseHint({ path, names, lineOf }: MessageTemplate): void {
  if (!names.variables.some(({ name }) => name === "hint")) return;
  throw new RlvrError("bad_recipe", `${path}, line ${lineOf(uses("hint"))}: there is no hint in this message`, {
    advice: "A hint is given to the last message alone: show it there.",
  });
}

/** What somebody would miss who has not seen that the problems are conversations. */
function unshownMessages({ asksOwn, parts }: PromptTemplate, { path, problems }: NamedSet): string[] {
  const isShown = parts.some(({ template }) => template.names.variables.some(({ name }) => name === "messages"));
  const count = problems.filter((problem) => Array.isArray(problem["messages"])).length;
  if (asksOwn || isShown || count === 0) return [];
  return [
    `${count} of ${problems.length} problems of ${path} have messages of their own, which problems.prompt does not show: ` +
      "leave problems.prompt out to ask by them",
  ];
}

function checkNames({ path, names, lineOf }: MessageTemplate): void {
  const refuse = (fault: string, place: string, advice: string): never => {
    throw new RlvrError("bad_recipe", `${path}, line ${lineOf(new RegExp(place))}: ${fault}`, { advice });
  };
  for (const { name, hasArguments } of names.filters) {
    if (hasFilter(name, hasArguments)) continue;
    const place = `(\\||filter)\\s*${name}\\b`;
    if (!hasFilter(name, !hasArguments)) refuse(`there is no filter "${name}"`, place, nearestOf(name, filterNames()));
    else if (hasArguments) refuse(`the filter "${name}" takes no arguments`, place, `Write: | ${name}`);
    else refuse(`the filter "${name}" needs arguments`, place, `Write: | ${name}(...)`);
  }
  for (const name of names.tests)
    if (!hasTest(name)) refuse(`there is no test "${name}"`, `is\\s+(not\\s+)?${name}\\b`, nearestOf(name, TESTS));
  for (const name of names.hintFields)
    if (!HINT_FIELDS.includes(name))
      refuse(`hint has no field "${name}"`, `hint\\s*(\\.\\s*${name}\\b|\\[)`, nearestOf(name, HINT_FIELDS));
}

function nearestOf(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? `There are: ${known.join(", ")}.` : `Did you mean "${nearest}"?`;
}

/** Where a name stands as one of its own. */
function uses(name: string): RegExp {
  return new RegExp(`(?<![\\w.])${name}\\b`);
}

function checkVariables(
  template: MessageTemplate,
  { path, problems }: NamedSet,
  { asksOwn }: PromptTemplate,
): string[] {
  const counts = new Map<string, number>();
  for (const problem of problems)
    for (const name of Object.keys(problem)) if (!WITHHELD.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return template.names.variables.flatMap(({ name, isOptional }) => {
    if (name === "hint" || (asksOwn && name === "message") || (isOptional && !WITHHELD.has(name))) return [];
    const count = counts.get(name) ?? 0;
    const where = `${template.path}, line ${template.lineOf(uses(name))}`;
    if (count === 0)
      throw unknownVariable(where, name, path, [...counts.keys(), ...(asksOwn ? ["message"] : []), "hint"]);
    const lacking = problems.length - count;
    return lacking === 0 ? [] : [`${where}: ${lacking} of ${problems.length} problems of ${path} have no "${name}"`];
  });
}

function unknownVariable(where: string, name: string, path: string, known: readonly string[]): RlvrError {
  if (WITHHELD.has(name))
    return new RlvrError("bad_recipe", `${where}: templates cannot use a problem's "${name}"`, {
      advice: `Templates never get the answer, the hints or the id. There are: ${known.join(", ")}.`,
    });
  const nearest = nearestName(name, known);
  return new RlvrError("bad_recipe", `${where}: no problem of ${path} has a field "${name}"`, {
    advice:
      (nearest === undefined ? `There are: ${known.slice(0, 20).join(", ")}. ` : `Did you mean "${nearest}"? `) +
      `If it may be absent, guard it: {% if ${name} is defined %}.`,
  });
}

/** Different problems with the same prompt would have contradicting answers. */
function refuseAlike(prompt: PromptTemplate, sets: readonly NamedSet[]): void {
  const problems = sets.flatMap(({ path, problems: all }) => all.map((problem) => ({ path, problem })));
  const seen = createSeenTexts();
  const textOf = (problem: Problem): string => messagesText(prompt.render(problem));
  const last = prompt.parts.at(-1)?.template;
  const where =
    last === undefined ? "the problems' own messages" : `${last.path}, line ${last.lineOf(uses("problem"))}`;
  for (const [index, { path, problem }] of problems.entries()) {
    const text = textOf(problem);
    const first = problems[seen.firstOf(text, index) ?? index];
    if (first === undefined || normalText(first.problem.problem) === normalText(problem.problem)) continue;
    // Only digests were compared.
    if (normalText(textOf(first.problem)) !== normalText(text)) continue;
    const [a, b] = [first, { path, problem }].map((each) => `${shown(each.problem.problem)} (${each.path})`);
    throw new RlvrError("bad_recipe", `${where}: two problems render alike: ${a} and ${b}`, {
      advice: `Show all of the problem: {{ problem }}. Both are asked as ${shown(text)}.`,
    });
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
