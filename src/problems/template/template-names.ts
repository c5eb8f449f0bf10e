import { Environment, Template } from "@huggingface/jinja";

/** A variable that a template expects. */
export interface TemplateVariable {
  readonly name: string;
  /** Whether the template guards it: `is defined`, `default(...)`. */
  readonly isOptional: boolean;
}

/** What a template names. */
export interface TemplateNames {
  /** Variables that it does not set itself, except those that every template has (`range`, `true`, ...). */
  readonly variables: readonly TemplateVariable[];
  /** Fields of the hint. */
  readonly hintFields: ReadonlySet<string>;
  /** Filters, each as it is written: with arguments or without, which the renderer treats differently. */
  readonly filters: readonly { readonly name: string; readonly hasArguments: boolean }[];
  readonly tests: ReadonlySet<string>;
}

/** A node of the parsed template; the renderer's package does not export its types. */
interface Node {
  readonly type: string;
  readonly [part: string]: unknown;
}

/** Finds the names of a template in its parsed form. Scopes are those of Jinja: loops and macros have their own. */
export function templateNames(template: Template): TemplateNames {
  const variables = new Map<string, boolean>();
  const filters = new Map<string, { readonly name: string; readonly hasArguments: boolean }>();
  const [hintFields, tests] = [new Set<string>(), new Set<string>()];

  const use = (name: string, scope: Scope, isOptional: boolean): void => {
    if (!scope.has(name)) variables.set(name, isOptional || variables.get(name) === true);
  };
  const visitAll = (nodes: unknown, scope: Scope): void => {
    for (const node of asNodes(nodes)) visit(node, scope);
  };
  const visitFilter = (filter: Node, scope: Scope): string => {
    const isCall = filter.type === "CallExpression";
    const name = (isCall ? (filter["callee"] as Node) : filter)["value"] as string;
    filters.set(`${name} ${isCall}`, { name, hasArguments: isCall });
    if (isCall) visitAll(filter["args"], scope);
    return name;
  };
  const visitOperand = (operand: Node, scope: Scope, isOptional: boolean): void => {
    if (operand.type === "Identifier") use(operand["value"] as string, scope, isOptional);
    else visit(operand, scope);
  };
  const visit = (node: Node, scope: Scope): void => {
    const part = (name: string): Node => node[name] as Node;
    switch (node.type) {
      case "Identifier":
        return use(node["value"] as string, scope, false);
      case "MemberExpression": {
        const [object, property] = [part("object"), part("property")];
        visit(object, scope);
        const isComputed = node["computed"] === true;
        if (isComputed) visit(property, scope);
        const isHint = object.type === "Identifier" && object["value"] === "hint" && !scope.has("hint");
        if (isHint && (!isComputed || property.type === "StringLiteral")) hintFields.add(property["value"] as string);
        return;
      }
      case "FilterExpression": {
        const name = visitFilter(part("filter"), scope);
        return visitOperand(part("operand"), scope, name === "default");
      }
      case "TestExpression": {
        const name = part("test")["value"] as string;
        tests.add(name);
        return visitOperand(part("operand"), scope, name === "defined" || name === "undefined");
      }
      case "KeywordArgumentExpression":
        return visit(part("value"), scope);
      case "FilterStatement":
        visitFilter(part("filter"), scope);
        return visitAll(node["body"], scope);
      case "Set": {
        visitAll([node["value"], node["body"]], scope);
        const target = part("assignee");
        if (target.type === "MemberExpression") visit(target, scope);
        else bind(target, scope);
        return;
      }
      case "For": {
        const inner = new Set([...scope, "loop"]);
        const iterable = part("iterable");
        bind(part("loopvar"), inner);
        if (iterable.type === "SelectExpression") {
          visit(iterable["lhs"] as Node, scope);
          visit(iterable["test"] as Node, inner);
        } else visit(iterable, scope);
        visitAll(node["body"], inner);
        return visitAll(node["defaultBlock"], scope);
      }
      case "Macro":
      case "CallStatement": {
        if (node.type === "Macro") bind(part("name"), scope);
        else visit(part("call"), scope);
        const parameters = asNodes(node["args"] ?? node["callerArgs"]);
        const inner = new Set([...scope, "caller", "varargs", "kwargs"]);
        for (const parameter of parameters) {
          visitAll(parameter["value"], scope);
          bind(parameter.type === "Identifier" ? parameter : (parameter["key"] as Node), inner);
        }
        return visitAll(node["body"], inner);
      }
      default:
        for (const [name, child] of Object.entries(node)) if (name !== "operator") visitAll(child, scope);
    }
  };
  visit(template.parsed as unknown as Node, new Set());
  return {
    variables: [...variables].map(([name, isOptional]) => ({ name, isOptional })).filter(({ name }) => !isGiven(name)),
    hintFields,
    filters: [...filters.values()],
    tests,
  };
}

type Scope = Set<string>;

function bind(target: Node, scope: Scope): void {
  if (target.type === "Identifier") scope.add(target["value"] as string);
  else for (const each of asNodes(target["value"])) bind(each, scope);
}

/** The nodes in a part of a node: itself, or those of a list or of an object literal. */
function asNodes(part: unknown): Node[] {
  if (part instanceof Map) return [...part].flat().flatMap(asNodes);
  if (Array.isArray(part)) return part.flatMap(asNodes);
  return typeof part === "object" && part !== null && "type" in part ? [part as Node] : [];
}

/** Whether the renderer defines a name in every template. */
function isGiven(name: string): boolean {
  return new Template(`{{ ${name} is defined }}`).render() === "true";
}

/** Values of every kind that a filter can be for. */
const OPERANDS = [["a"], "a", 1, { a: 1 }, true];

/** Whether the renderer has a filter for any kind of value, in the form with arguments or without. */
export function hasFilter(name: string, hasArguments: boolean): boolean {
  return OPERANDS.some((operand) => {
    try {
      new Template(`{{ operand | ${name}${hasArguments ? "()" : ""} }}`).render({ operand });
      return true;
    } catch (error) {
      // A filter that only misses its arguments says so.
      return !/^(Unknown \w+ filter|Cannot apply filter)/.test((error as Error).message);
    }
  });
}

/** Whether the renderer has a test. */
export function hasTest(name: string): boolean {
  return new Environment().tests.has(name);
}

/** The filters of Jinja, by jinja.palletsprojects.com; the renderer has most of them. */
const JINJA_FILTERS =
  "abs batch capitalize default dictsort first float get indent int items join keys last length list lower map " +
  "reject rejectattr replace reverse round safe select selectattr slice sort string sum title tojson trim truncate " +
  "unique upper values wordcount";

/** Names of the renderer's filters. */
export function filterNames(): string[] {
  return JINJA_FILTERS.split(" ").filter((name) => hasFilter(name, false) || hasFilter(name, true));
}

/**
 * The number of the first line of a template's text that has a match inside of a tag, from 1; 1 without a match.
 * @param pattern looked for outside of texts in quotes.
 */
export function lineOf(text: string, pattern: RegExp): number {
  for (const tag of text.matchAll(/\{#[^]*?#\}|\{\{[^]*?\}\}|\{%[^]*?%\}/g)) {
    if (tag[0].startsWith("{#")) continue;
    const code = tag[0].replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gs, (quoted) =>
      quoted.replaceAll(/[^\n]/g, " "),
    );
    const found = pattern.exec(code);
    if (found !== null) return text.slice(0, tag.index + found.index).split("\n").length;
  }
  return 1;
}
