import { describe, expect, it } from "vitest";
import { answerPartOf } from "./thinking.ts";

describe("the answer part of a completion", () => {
  it.each([
    ["5", "5"],
    [" 5\n", " 5\n"],
    ["", ""],
    ["<think>4</think>5", "5"],
    ["<THINK>4</Think>5", "5"],
    ["<think>4</think>\n\n5", "5"],
    ["<think></think>", ""],
    ["4</think>5", "5"],
    ["<think>3</think>4<think></think>5", "5"],
    ["<think>a<think>b</think>c</think>5", "5"],
    ["İİ</THINK>5", "5"],
    ["<thinking>4</thinking>5", "5"],
    ["<thought>4</thought>5", "5"],
    ["<seed:think>4</seed:think>5", "5"],
    ["[THINK]4[/THINK]5", "5"],
    ["4[/THINK]5", "5"],
    ["◁think▷4◁/think▷5", "5"],
    ["<|START_THINKING|>4<|END_THINKING|><|START_RESPONSE|>5<|END_RESPONSE|>", "5"],
    ["<|begin_of_thought|>4<|end_of_thought|>\n\n<|begin_of_solution|>5<|end_of_solution|>", "5"],
    ["<|channel|>analysis<|message|>4<|end|><|start|>assistant<|channel|>final<|message|>5", "5"],
    ["<|channel|>analysis<|message|>4<|end|><|start|>assistant<|channel|>final<|message|>5<|return|>", "5"],
    ["<|channel|>final<|message|>5<|return|>", "5"],
    ["4<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>5", "5"],
    ["analysisWe need 4. So 4.assistantfinal5", "5"],
    ["<think>4</think>5 </b> [x] <|endofwords|>", "5 </b> [x] <|endofwords|>"],
    ["<think>4</think>5<|im_end|>\n", "5"],
    ["5 <|im_end|>\n<|endoftext|>", "5"],
    ["5</s>", "5"],
    ["<s>5</s> 6", "<s>5</s> 6"],
    ["I think it is [5]: analysis shows it", "I think it is [5]: analysis shows it"],
    ["Analysis: the final is 5", "Analysis: the final is 5"],
  ])("of %j is %j", (completion, answer) => {
    expect(answerPartOf(completion, "auto")).toBe(answer);
  });

  it.each([
    "<think>4",
    "<think>",
    "  <think>4</thin",
    "5<think>4",
    "3</think>5<Think>4<think>",
    "<thinking>4",
    "<seed:think>5",
    "[THINK]5",
    "<|channel|>analysis<|message|>5",
    "<|channel|>analysis<|message|>5<|end|>",
    "<|channel|>analysis<|message|>5<|end|><|start|>assistant<|channel|>fin",
    "<|channel|>analysis<|message|>4<|end|><|start|>assistant<|channel|>commentary to=functions.f<|message|>5<|call|>",
    "<|channel|>final<|message|>5<|end|><|start|>assistant<|channel|>analysis<|message|>Wait",
    "analysisWe need 5",
  ])("of %j is none: its thinking is not closed", (completion) => {
    expect(answerPartOf(completion, "auto")).toBeNull();
  });

  it("goes by a person's own markers, and by no others", () => {
    const own = { open: "(why?)", close: "[so]" };
    expect(answerPartOf("(why?) 4 [so] 5", own)).toBe("5");
    expect(answerPartOf("4 [SO] 5", own)).toBe("5");
    expect(answerPartOf("(why?) 5", own)).toBeNull();
    expect(answerPartOf("<think>4</think>5", own)).toBe("<think>4</think>5");
    expect(answerPartOf("why 4 so 5", own)).toBe("why 4 so 5");
  });

  it("is everything where nothing is thinking", () => {
    expect(answerPartOf("<think>4", "none")).toBe("<think>4");
  });
});

it.each([
  ["</think>", 0],
  ["<think>", undefined],
  ["</think", 9_999_997],
  ["<", 10_000_000],
  ["<think></think>", 0],
  ["<|channel|>final", undefined],
  ["<|channel|>final<|message|>", 0],
  ["<|end_of_thought|> ", 0],
  ["analysis", undefined],
  ["</think><|end|>  ", 0],
])("takes linear time on %s repeated to ten million characters", { timeout: 10_000 }, (part, length) => {
  expect(answerPartOf(part.repeat(10_000_000 / part.length), "auto")?.length).toBe(length);
});
