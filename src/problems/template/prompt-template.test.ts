import { expect, it } from "vitest";
import { checkTemplate } from "./check-template.ts";
import { promptOfRun, readPrompt, storedPrompt } from "./prompt-definition.ts";
import { promptTemplate } from "./prompt-template.ts";

const user = (content: string) => ({ role: "user" as const, content });
const SYSTEM = { role: "system" as const, content: "Be brief." };
const HINT = { tier: "planning", level: 1, parts: ["Add."] } as const;

it("leaves out messages that render to nothing, but never the last", () => {
  const { render } = promptTemplate(
    readPrompt({
      messages: [
        { role: "system", content: "{% if style is defined %}{{ style }}{% endif %}" },
        { role: "user", content: "{{ problem }}" },
      ],
    }),
  );
  expect(render({ problem: "1+1", style: "Be brief." })).toEqual([SYSTEM, user("1+1")]);
  expect(render({ problem: "1+1" })).toEqual([user("1+1")]);
  expect(render({ problem: " " })).toEqual([user("")]);
});

it("asks by a problem's own messages, or by its text, without a prompt", () => {
  const { render } = promptTemplate(readPrompt(undefined));
  const turns = [SYSTEM, user("1+1"), { role: "assistant" as const, content: "2" }, user(" +1? ")];
  expect(render({ problem: "+1?", messages: turns })).toEqual(turns);
  expect(render({ problem: "1+1 " })).toEqual([user("1+1 ")]);
  const parts = [
    { type: "text", text: "1+" },
    { type: "text", text: "1" },
  ];
  expect(render({ problem: "1+1", messages: [{ role: "user", content: parts }] })).toEqual([user("1+1")]);
});

it("writes the last of a problem's own messages by a template, which shows the hint", () => {
  const prompt = promptTemplate(
    readPrompt({ user: { content: "{{ message }}{% if hint %} ({{ hint.parts | join }}){% endif %}" } }),
  );
  const problem = { problem: "1+1", answer: "2", arm: "all", messages: [SYSTEM, user("1+1?")] };
  expect(prompt.render(problem)).toEqual([SYSTEM, user("1+1?")]);
  expect(prompt.render(problem, HINT)).toEqual([SYSTEM, user("1+1? (Add.)")]);
  expect(checkTemplate(prompt, [{ path: "a.jsonl", problems: [problem] }])).toEqual([]);
  expect(() => promptTemplate(readPrompt({ user: { content: "{{ message" } }))).toThrow(
    "the prompt template prompt.user.content does not parse",
  );
});

it.each([
  [[SYSTEM], "a conversation (system) that does not end with the user's message"],
  [[user("1+1"), { role: "assistant", content: "2" }], "does not end with the user's message"],
  ["1+1", "no list of {role, content}"],
  [[{ role: "tool", content: "1" }, user("a")], "with the role tool: system, user, assistant are known"],
])("refuses a problem whose messages cannot be asked: %j", (messages, fault) => {
  const problems = [{ problem: "1+1", answer: "2", arm: "all", messages }];
  expect(() => checkTemplate(promptTemplate({}), [{ path: "a.jsonl", problems }])).toThrow(fault);
});

it("refuses different problems with the same messages", () => {
  const problems = ["1", "2"].map((problem) => ({ problem, answer: "1", arm: "all", messages: [user("Solve it.")] }));
  expect(() => checkTemplate(promptTemplate({}), [{ path: "a.jsonl", problems }])).toThrow(
    `the problems' own messages: two problems render alike: "1" (a.jsonl) and "2" (a.jsonl)`,
  );
});

it("notes messages of problems that a template does not show", () => {
  const problems = [{ problem: "1", answer: "1", arm: "all", messages: [SYSTEM, user("1")] }];
  const notesOf = (content: string): string[] =>
    checkTemplate(promptTemplate(readPrompt({ messages: [{ role: "user", content }] })), [
      { path: "a.jsonl", problems },
    ]);
  expect(notesOf("{{ problem }}")).toEqual([
    "1 of 1 problems of a.jsonl have messages of their own, which problems.prompt does not show: leave problems.prompt out to ask by them",
  ]);
  expect(notesOf("{{ messages[0].content }} {{ problem }}")).toEqual([]);
});

it("stores a definition so that no file is read again, a file alone as its text", () => {
  const named = {
    messages: [{ role: "user" as const, content: "{{ problem }}" }],
    chat_template_kwargs: { enable_thinking: false },
  };
  expect(promptOfRun(storedPrompt(named, readPrompt(named)), named)).toEqual(readPrompt(named));
  expect(promptOfRun(storedPrompt(undefined, readPrompt(undefined)), undefined)).toEqual({});
  for (const damaged of ["", "{{ problem }}", '{"messages":[{"role":"x","text":"","path":""}]}'])
    expect(() => promptOfRun(damaged, named)).toThrow(expect.objectContaining({ code: "bad_database" }));
  const file = { messages: [{ role: "user" as const, text: "{{ problem }}", path: "/p.md" }] };
  expect(storedPrompt("/p.md", file)).toBe("{{ problem }}");
  expect(promptOfRun("{{ problem }}", "/p.md")).toEqual(file);
});
