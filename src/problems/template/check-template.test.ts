import { describe, expect, it } from "vitest";
import type { Problem } from "../problem.ts";
import { checkTemplate } from "./check-template.ts";
import { messageTemplate } from "./message-template.ts";
import { promptTemplate } from "./prompt-template.ts";

function problem(text: string, rest: Partial<Problem> = {}): Problem {
  return { problem: text, answer: "1", arm: "all", ...rest };
}

const TWO = [problem("a", { level: 1 }), problem("b", { level: 2 })];

/** The notes of a template against sets of problems, the first of them called `a.jsonl`. */
function notesOf(text: string, ...sets: (readonly Problem[])[]): string[] {
  const named = (sets.length === 0 ? [TWO] : sets).map((problems, index) => ({
    path: ["a.jsonl", "b.jsonl"][index] ?? "",
    problems,
  }));
  return checkTemplate(promptTemplate({ messages: [{ role: "user", text, path: "p.md" }] }), named);
}

describe("variables", () => {
  it.each([
    "{{ problem }}",
    "{{ problem }} {{ level }} {{ arm }}",
    "{{ problem }}{% if hint %}{{ hint.parts | join(', ') }}{{ hint.tier }}{{ hint.level }}{% endif %}",
    "{{ problem }}{% if hint %}{% for part in hint.parts %}{{ loop.index }}{{ part }}{% else %}none{% endfor %}{% endif %}",
    "{% set x = problem %}{% set ns = namespace(found=false) %}{% set ns.found = true %}{{ x }}{{ ns.found }}",
    "{% macro ask(text, mark='?') %}{{ text ~ mark }}{% endmacro %}{{ ask(problem) }}{{ range(3) | length }}",
    "{% for key, value in {'a': level}.items() if value > 0 %}{{ key }}{{ problem }}{% endfor %}",
    "{{ problem }}{% if source is defined %}{{ source }}{% endif %}{{ tag | default('none') }}{{ none }}",
    "{{ {'a': problem}['a'] }}{{ problem.upper() }}{{ level if level > 1 else 0 }}{{ true and not false }}",
    "{# nowhere.x #}{{ problem }}{{ 'nowhere' }}",
  ])("that there are pass: %s", (text) => {
    expect(notesOf(text)).toEqual([]);
  });

  it.each([
    ["{{ problem }}\n\n{{ quesiton }}", 'p.md, line 3: no problem of a.jsonl has a field "quesiton"'],
    ["{# levl #}\n{{ 'levl' }}{{ problem }}\n{% if levl %}x{% endif %}", "p.md, line 3: no problem of a.jsonl has a"],
    ["{{ problem }}{{ later }}{% set later = 1 %}", 'line 1: no problem of a.jsonl has a field "later"'],
    ["{% for x in [1] %}{{ problem }}{% endfor %}{{ x }}", 'line 1: no problem of a.jsonl has a field "x"'],
    ["{{ problem }}{{ shout(problem) }}", 'no problem of a.jsonl has a field "shout"'],
    ["{{ problem }}\n{{ answer }}", `line 2: templates cannot use a problem's "answer"`],
    ["{{ problem }}{% if answers is defined %}x{% endif %}", `templates cannot use a problem's "answers"`],
    ["{{ problem }}{% if hints %}x{% endif %}", `templates cannot use a problem's "hints"`],
  ])("that no problem has are refused: %j", (text, message) => {
    expect(() => notesOf(text)).toThrow(message);
  });

  it("that only some problems have are reported, and refused where a whole set lacks them", () => {
    const text = "{{ problem }}\n{{ level }}";
    const some = [...TWO, problem("c")];
    expect(notesOf(text, some)).toEqual(['p.md, line 2: 1 of 3 problems of a.jsonl have no "level"']);
    expect(() => notesOf(text, TWO, [problem("c")])).toThrow('line 2: no problem of b.jsonl has a field "level"');
  });

  it("with a typo are refused with the nearest field", () => {
    expect(() => notesOf("{{ problm }}")).toThrow(
      expect.objectContaining({ advice: expect.stringContaining('"problem"') }),
    );
  });
});

describe("filters, tests and fields of the hint", () => {
  it.each([
    ["{{ problem }}\n{{ problem | uper }}", 'line 2: there is no filter "uper"'],
    ["{% if hint %}{{ hint.parts | joined(', ') }}{% endif %}{{ problem }}", 'no filter "joined"'],
    ["{% filter shout %}{{ problem }}{% endfilter %}", 'line 1: there is no filter "shout"'],
    ["{{ problem | wordcount }}", 'no filter "wordcount"'],
    ["{{ problem }}\n{{ problem | upper() }}", 'line 2: the filter "upper" takes no arguments'],
    ["{{ problem | replace }}", 'line 1: the filter "replace" needs arguments'],
    ["{{ problem }}\n\n{% if problem is strng %}x{% endif %}", 'line 3: there is no test "strng"'],
    ["{{ problem }}\n{{ hint.text }}", 'line 2: hint has no field "text"'],
    ["{{ problem }}\n{% if hint %}{{ hint['text'] }}{% endif %}", 'line 2: hint has no field "text"'],
  ])("are refused where they do not exist, in branches without problems too: %j", (text, message) => {
    expect(() => notesOf(text)).toThrow(message);
  });

  it("that fit no value are refused with the problem", () => {
    expect(() => notesOf("{{ problem | abs }}")).toThrow(/p\.md fails at the problem "a".*abs/);
  });
});

describe("problems that render alike", () => {
  it.each([
    ["Solve it.", "line 1"],
    ["Solve:\n{{ problem[:3] }}", "line 2"],
    ["{{ level * 0 }}", "line 1"],
  ])("are refused with both: %j", (text, line) => {
    const sets = [[problem("1 + 1", { level: 1 }), problem("1 + 2", { level: 2 })]];
    expect(() => notesOf(text, ...sets)).toThrow(
      `p.md, ${line}: two problems render alike: "1 + 1" (a.jsonl) and "1 + 2" (a.jsonl)`,
    );
  });

  it("are refused across sets", () => {
    expect(() => notesOf("{{ problem[:3] }}", [problem("1 + 1")], [problem("1 + 2")])).toThrow(
      '"1 + 1" (a.jsonl) and "1 + 2" (b.jsonl)',
    );
  });

  it("pass where their texts are the same but for white space", () => {
    expect(notesOf("{{ problem }}", [problem("1 + 1"), problem("1 + 1 "), problem("1 +\n1")])).toEqual([]);
  });
});

it("gives templates the problem's further fields, but not the renderer's own names nor its answer", () => {
  const template = messageTemplate("{{ problem }} {{ level }} {{ range(2) | length }} {{ metadata.n }}", "p.md");
  const given = { ...problem("a"), level: 3, range: "field", namespace: 1, metadata: { n: 0.5 } };
  expect(template(given)).toBe("a 3 2 0.5");
  expect(messageTemplate("{{ answer is defined }}", "p.md")(given)).toBe("false");
});

it.each([
  ["{% if hint %}{{ problem }}", "a block does not end"],
  ["{% for x in [1] %}{{ problem }}", "a block does not end"],
  ["{{ problem }", "Parser Error"],
])("refuses a template that does not parse: %s", (text, fault) => {
  expect(() => messageTemplate(text, "p.md")).toThrow(`the prompt template p.md does not parse: ${fault}`);
});
