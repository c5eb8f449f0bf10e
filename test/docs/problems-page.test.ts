import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { generatorFiles } from "../../src/cli/init/generator-files.ts";
import { problemsSchema } from "../../src/config/recipe/problems-schema.ts";
import { sourcesOf } from "../../src/config/recipe-sources.ts";
import { verifiersSchema } from "../../src/config/verifier-schema.ts";
import { packagePath } from "../../src/core/package-files.ts";
import { mapRecord } from "../../src/problems/import/map-record.ts";
import { readPrompt } from "../../src/problems/template/prompt-definition.ts";
import { promptTemplate, type PromptTemplate } from "../../src/problems/template/prompt-template.ts";
import { sourceMapping } from "../../src/run/start/load-recipe-sets.ts";

const page = readFileSync(packagePath("docs/problems.md"), "utf8");
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, "g"))].map(([, text = ""]) => text);
const hint = { tier: "planning", level: 2, parts: ["Add.", "Then check."] } as const;

/** The prompt of a recipe's part on the page, its file being one that shows the problem. */
function promptOf(block: string | undefined): PromptTemplate {
  const { problems } = parse(block ?? "") as { problems: unknown };
  const { prompt } = problemsSchema.parse(problems);
  if (typeof prompt !== "object") throw new Error("no conversation");
  const messages = prompt.messages?.map(({ template, ...each }) =>
    template === undefined ? each : { ...each, content: "{{ problem }}" },
  );
  return promptTemplate(readPrompt({ ...prompt, messages }));
}

test("the prompts on the page of problem sets ask what it says", () => {
  const [conversation, own] = blocks("yaml").filter((block) => block.includes("prompt:"));
  const turns = [
    { role: "user", content: "How much is 1 + 1?" },
    { role: "assistant", content: "<answer>2</answer>" },
    { role: "user", content: "2 + 2?" },
  ];
  const { render, chatTemplateKwargs } = promptOf(conversation);
  expect(render({ problem: "2 + 2?" })).toEqual(turns);
  expect(render({ problem: "2 + 2?", style: "words" })).toEqual([
    { role: "system", content: "Answer in words." },
    ...turns,
  ]);
  expect(chatTemplateKwargs).toEqual({ enable_thinking: false });

  const messages = [
    { role: "system", content: "Add." },
    { role: "user", content: "2 + 2?" },
  ];
  const mapping = sourceMapping(problemsSchema.parse((parse(own ?? "") as { problems: unknown }).problems));
  const row = { data_source: "sums", prompt: messages, reward_model: { ground_truth: "4" } };
  expect(mapping && mapRecord(row, mapping)).toMatchObject({
    value: { problem: "2 + 2?", messages, answer: "4", arm: "sums" },
  });
  expect(promptOf(own).render({ problem: "2 + 2?", messages }, hint)).toEqual([
    messages[0],
    { role: "user", content: "2 + 2? Hint: Add. Then check." },
  ]);
});

test("the mixture on the page is a recipe's, and says of each source what the page says", () => {
  const block = blocks("yaml").find((each) => each.includes("sources:")) ?? "";
  const { problems, verifiers } = parse(block) as { problems: unknown; verifiers: unknown };
  const sources = sourcesOf({ problems: problemsSchema.parse(problems), verifiers: verifiersSchema.parse(verifiers) });
  expect(
    sources.map((source) => [source.name, source.prompt, source.verifiers.map(({ name }) => name), source.weight]),
  ).toEqual([
    ["maths", "count.md", ["numeric"], 2],
    ["facts", "ask.md", ["exact"], 1],
    ["orders", "ask.md", ["instructions"], 1],
  ]);
});

test("the template on the page shows fields and hints", () => {
  const [text = ""] = blocks("jinja");
  const { render } = promptTemplate(readPrompt({ messages: [{ role: "user", content: text }] }));
  expect(render({ problem: "2 + 2?", unit: "m" }, hint)).toEqual([
    { role: "user", content: "2 + 2?\nAnswer in m.\nA hint: Add.\nThen check." },
  ]);
});

test("the generated source on the page is a recipe's, and the generator what `rlvr init generator` writes but for hints", () => {
  const block = blocks("yaml").find((each) => each.includes("generate:")) ?? "";
  const { problems } = parse(block) as { problems: unknown };
  const { sources = [] } = problemsSchema.parse(problems);
  expect(sources[0]).toMatchObject({
    generate: { name: "./sums.ts", most_digits: 3, deadline_ms: 10_000, memory_mb: 1024 },
    development: 100,
    test: 200,
  });
  const [written = ""] = Object.values(generatorFiles("sums"));
  const lines = blocks("ts")
    .find((each) => each.includes("defineGenerator({"))
    ?.split("\n")
    .map((line) => line.trim())
    .filter((line) => !line.startsWith("options:") && !line.startsWith("return {"));
  expect(lines?.length).toBeGreaterThan(10);
  for (const line of lines ?? []) expect(written).toContain(line);
});
