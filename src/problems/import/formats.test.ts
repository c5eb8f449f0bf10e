import { expect, it } from "vitest";
import { checkProblem } from "../check-problem.ts";
import { parseJson } from "../source/parse-json.ts";
import { FORMATS, mappingFrom, type FormatName } from "./formats.ts";
import { mapRecord, type Mapping } from "./map-record.ts";

/** The line that a record of a format becomes, as JSON holds it, or its fault. */
function imported(from: FormatName, record: unknown, own: Partial<Mapping> = {}): unknown {
  const mapped = mapRecord(record, mappingFrom(from, own));
  if ("fault" in mapped) return mapped.fault;
  expect(checkProblem(mapped.value)).toHaveProperty("problem");
  return JSON.parse(JSON.stringify(mapped.value));
}

const SYSTEM = { role: "system", content: "Think step by step." };
const user = (content: string) => ({ role: "user", content });

it("reads TRL's columns: a prompt as text or as a conversation, and what its reward functions take", () => {
  expect(imported("trl", { prompt: "2+2?", solution: "$4$", level: 1 })).toEqual({
    problem: "2+2?",
    answer: "$4$",
    solution: "$4$",
    level: 1,
  });
  expect(imported("trl", { prompt: [SYSTEM, user("2+2?")], answer: "4" })).toEqual({
    problem: "2+2?",
    answer: "4",
    messages: [SYSTEM, user("2+2?")],
  });
  expect(imported("trl", { prompt: "2+2?", solution: "It is $4$.", answer: 4 })).toEqual({
    problem: "2+2?",
    answer: "4",
    solution: "It is $4$.",
  });
  expect(imported("trl", { prompt: [user("2+2?")], solution: null, ground_truth: "4" })).toMatchObject({ answer: "4" });
  expect(imported("trl", { prompt: "2+2?" })).toBe(
    'no field "answer" or "solution" or "ground_truth"; there are: prompt',
  );
});

it("reads verl's columns, and keeps those that its reward functions are called with", () => {
  const record = {
    data_source: "openai/gsm8k",
    prompt: [user('How many? Let\'s think step by step and output the final answer after "####".')],
    ability: "math",
    reward_model: { style: "rule", ground_truth: "72" },
    extra_info: { split: "train", index: 0, answer: "48 + 24 = 72 #### 72" },
  };
  const { prompt, ...others } = record;
  expect(imported("verl", record)).toEqual({
    problem: prompt[0]?.content,
    answer: "72",
    arm: "openai/gsm8k",
    ...others,
  });
  // Pandas writes nested columns as JSON where a file of another kind is asked for.
  const flat = { ...record, prompt: JSON.stringify(prompt), reward_model: JSON.stringify(record.reward_model) };
  expect(imported("verl", flat)).toMatchObject({ problem: prompt[0]?.content, answer: "72" });
});

it("reads open-instruct's columns, also where each holds a list of one", () => {
  const record = { messages: [user("2+2?")], ground_truth: "4", dataset: "gsm8k" };
  const expected = { problem: "2+2?", answer: "4", arm: "gsm8k" };
  expect(imported("open-instruct", record)).toEqual({ ...expected, ground_truth: "4", dataset: "gsm8k" });
  expect(imported("open-instruct", { ...record, ground_truth: ["4"], dataset: ["gsm8k"] })).toMatchObject(expected);
  // A reference for each of several verifiers is not one answer.
  expect(imported("open-instruct", { ...record, ground_truth: ["4", "{}"], dataset: ["gsm8k", "ifeval"] })).toBe(
    "ground_truth is a list of 2, not text",
  );
  const constraint = '{"func_name": "validate_lowercase", "N": null}';
  expect(imported("open-instruct", { ...record, ground_truth: constraint })).toMatchObject({ answer: constraint });
});

it("reads the hints of Scaf-GRPO's release", () => {
  const record = {
    data_source: "DeepScaleR",
    prompt: [SYSTEM, user("Find x.")],
    question: "Find x.",
    ability: "math",
    reward_model: { ground_truth: "2", style: "rule" },
    knowledge_components_parts: ["Linear equations.", "Inverses."],
    planning_skeleton_parts: [],
    solution_breakdown_parts: '["Subtract 1.", ""]',
    extra_info: { index: 7 },
  };
  expect(imported("scaf-grpo", record)).toEqual({
    problem: "Find x.",
    answer: "2",
    arm: "DeepScaleR",
    data_source: "DeepScaleR",
    prompt: record.prompt,
    messages: record.prompt,
    ability: "math",
    reward_model: record.reward_model,
    extra_info: { index: 7 },
    hints: { knowledge: ["Linear equations.", "Inverses."], solution: ["Subtract 1."] },
  });
  const { question: _, knowledge_components_parts: __, solution_breakdown_parts: ___, ...plain } = record;
  expect(imported("scaf-grpo", plain)).not.toHaveProperty("hints");
  expect(imported("scaf-grpo", plain)).toMatchObject({ problem: "Find x.", messages: record.prompt });
});

it("reads reasoning-gym's entries, whose metadata its scorers need", () => {
  const metadata = { source_dataset: "chain_sum", source_index: 3, difficulty: { num_terms: [2, 6] } };
  expect(imported("reasoning-gym", { question: "1 + 2 =", answer: "3", metadata })).toEqual({
    problem: "1 + 2 =",
    answer: "3",
    arm: "chain_sum",
    metadata,
  });
  expect(imported("reasoning-gym", { question: "Write it.", answer: null, metadata })).toMatchObject({ answer: "" });
});

it("takes conversations of several turns, whose last message is the problem", () => {
  const turns = [SYSTEM, user("1+1?"), { role: "assistant", content: "2" }, user("And 2 more?")];
  const record = { prompt: JSON.stringify(turns), messages: [user("another")], answer: "4" };
  expect(imported("trl", record)).toEqual({ problem: "And 2 more?", messages: turns, answer: "4" });
  const chat = mappingFrom(undefined, { messages: "chat" });
  expect(mapRecord({ chat: turns, answer: "4" }, chat)).toMatchObject({ value: { problem: "And 2 more?" } });
  expect(mapRecord({ problem: "4?", chat: turns, answer: "4" }, chat)).toMatchObject({ value: { problem: "4?" } });
  const own = { question: "2+2?", chat: turns, answer: "4" };
  const mapped = mapRecord(own, mappingFrom(undefined, { problem: "question", messages: "chat" }));
  expect(mapped).toEqual({ value: { problem: "2+2?", messages: turns, answer: "4" } });
  // A text, and a conversation of the problem's text alone, say nothing more than the problem does.
  for (const prompt of ["2+2?", [user("2+2?")]])
    expect(imported("trl", { prompt, answer: "4" })).not.toHaveProperty("messages");
});

it("takes what is named in place of the format's own", () => {
  const record = { prompt: "2+2?", solution: "It is 4", gold: 4, kind: "sum" };
  expect(imported("trl", record, { answer: "gold", arm: "kind" })).toEqual({
    problem: "2+2?",
    answer: "4",
    arm: "sum",
    solution: "It is 4",
  });
});

it.each([
  [[user("a"), { role: "tool", content: "b" }, user("c")], "(user, tool, user) with the role tool"],
  [[SYSTEM], "a conversation (system) that does not end with the user's message"],
  [[user("a"), { role: "assistant", content: "b" }], "a conversation (user, assistant)"],
  [[{ role: "user", content: [{ type: "image" }] }], "the user's message is not text alone"],
  [["a"], "is a list, not text"],
  [{ role: "user" }, "is an object, not text"],
])("refuses conversations that cannot be asked: %j", (prompt, fault) => {
  for (const from of Object.keys(FORMATS).filter((name) => name === "trl" || name === "verl") as FormatName[])
    expect(imported(from, { prompt, solution: "1", reward_model: { ground_truth: "1" } })).toContain(fault);
});

it("keeps the source text of numbers in all fields", () => {
  const parsed = parseJson('{"question":1e3,"answer":9007199254740993,"metadata":{"source_dataset":7,"seed":0.10}}');
  const mapped = mapRecord((parsed as { value: unknown }).value, mappingFrom("reasoning-gym", {}));
  expect(JSON.stringify("value" in mapped && mapped.value)).toBe(
    '{"problem":"1e3","answer":"9007199254740993","arm":"7","metadata":{"source_dataset":7,"seed":0.10}}',
  );
});
