import { describe, expect, it } from "vitest";
import { columnsOf, mapRecord, type Mapping } from "./map-record.ts";

const PLAIN: Mapping = { problem: "problem", answer: "answer" };

function line(record: unknown, mapping: Partial<Mapping> = {}): unknown {
  const mapped = mapRecord(record, { ...PLAIN, ...mapping });
  if ("fault" in mapped) throw new Error(mapped.fault);
  return mapped.value;
}

function fault(record: unknown, mapping: Partial<Mapping> = {}): string | undefined {
  const mapped = mapRecord(record, { ...PLAIN, ...mapping });
  return "fault" in mapped ? mapped.fault : undefined;
}

describe("fields", () => {
  it("are taken as they are where they have our names", () => {
    const record = { id: "a", problem: "1+1", answer: "2", arm: "sums", hints: { knowledge: ["+"] }, level: 1 };
    expect(line(record)).toEqual(record);
  });

  it("are taken by other names and out of other fields, and become text", () => {
    const record = {
      uid: 7,
      prompt: [{ role: "user", content: "1+1" }],
      reward_model: { ground_truth: 2, style: "rule" },
      level: 3,
      "dotted.name": "kept",
    };
    const mapping = { problem: "prompt.0.content", answer: "reward_model.ground_truth", arm: "level", id: "uid" };
    expect(line(record, mapping)).toEqual({
      id: "7",
      problem: "1+1",
      answer: "2",
      arm: "3",
      prompt: record.prompt,
      reward_model: record.reward_model,
      "dotted.name": "kept",
    });
    expect(line(record, { ...mapping, answer: "dotted.name", keep: {} })).toEqual({
      id: "7",
      problem: "1+1",
      answer: "kept",
      arm: "3",
    });
  });

  it("are taken out of texts that hold JSON, with the source text of their numbers", () => {
    const record = {
      question: "1+1",
      gold: '{"answer": {"value": 9007199254740993, "all": ["2", 0.50]}}',
      note: "answer.value",
    };
    expect(line(record, { problem: "question", answer: "gold.answer.value", keep: {} })).toEqual({
      problem: "1+1",
      answer: "9007199254740993",
    });
    expect(line(record, { problem: "question", answer: "gold.answer.all.1", keep: {} })).toMatchObject({
      answer: "0.50",
    });
    for (const field of ["note.value", "gold.length", "gold.answer.0", "question.0"])
      expect(fault(record, { problem: "question", answer: field })).toContain(`no field "${field}"`);
  });

  it("of no use are left out: our own names under another meaning, and what stands elsewhere already", () => {
    const record = { question: "1+1", answer: "so: 2", problem: "an essay", id: null, arm: null };
    expect(line(record, { problem: "question" })).toEqual({ problem: "1+1", answer: "so: 2" });
  });

  it("are kept only where named, by new names if so", () => {
    const record = { problem: "1+1", answer: "One and one.\n#### 2", a: 1, b: { c: null } };
    expect(line(record, { answerAfter: "#### ", keep: { solution: "answer", c: "b.c", gone: "d" } })).toEqual({
      problem: "1+1",
      answer: "2",
      solution: "One and one.\n#### 2",
      c: null,
    });
  });

  it("called like what every object has are fields like others", () => {
    const record = JSON.parse('{"problem": "1+1", "answer": "2", "__proto__": {"x": 1}}') as unknown;
    expect(JSON.stringify(line(record))).toBe('{"problem":"1+1","answer":"2","__proto__":{"x":1}}');
    expect(fault(record, { problem: "constructor" })).toContain('no field "constructor"');
    expect(fault(record, { problem: "problem.length" })).toContain('no field "problem.length"');
  });
});

describe("the answer after a marker", () => {
  it("is what follows the last one", () => {
    const gsm8k = { problem: "?", answer: "He has #### cards.\n#### 1,200 " };
    expect(line(gsm8k, { answerAfter: "####" })).toMatchObject({ answer: "1,200" });
  });

  it("is a fault without a marker, and where nothing follows", () => {
    expect(fault({ problem: "?", answer: "2" }, { answerAfter: "#### " })).toBe('the answer has no "#### "');
    expect(fault({ problem: "?", answer: "#### " }, { answerAfter: "#### " })).toBe('the answer ends at "#### "');
  });
});

describe("the arm", () => {
  it("may be one for all", () => {
    const record = { problem: "?", answer: "2", arm: "other" };
    expect(line(record, { armName: "gsm8k" })).toEqual({ problem: "?", answer: "2", arm: "gsm8k" });
  });

  it("has to be there when its field is named", () => {
    expect(fault({ problem: "?", answer: "2", levle: 3 }, { arm: "level" })).toBe(
      'no field "level"; did you mean "levle"?',
    );
    expect(fault({ problem: "?", answer: "2", level: null }, { arm: "level" })).toBe("level is null, not text");
  });
});

it("says what a record lacks", () => {
  expect(fault([1])).toBe("not an object");
  expect(fault(null)).toBe("not an object");
  expect(fault({ question: "?", answer: "2" })).toBe('no field "problem"; there are: question, answer');
  expect(fault({ problem: "?", answer: ["2"] })).toBe("answer is a list, not text");
  expect(fault({ problem: "?", answer: "2", id: {} })).toBe("id is an object, not text");
});

it("needs only the columns that it names, when it keeps no others", () => {
  const columns = ["prompt", "prompt_id", "answer", "level", "extra", "image"];
  expect(columnsOf({ problem: "prompt.0.content", answer: "answer" }, columns)).toBeUndefined();
  const mapping = { problem: "prompt.0.content", answer: "answer", arm: "level", keep: { note: "extra.x" } };
  expect(columnsOf(mapping, columns)).toEqual(["prompt", "answer", "level", "extra"]);
});

it("names the fields beside one that a path misses, in a text that holds JSON too", () => {
  const reward = { style: "rule", ground_truth: "2" };
  for (const reward_model of [reward, JSON.stringify(reward)]) {
    const record = { problem: "?", reward_model };
    const missed = (answer: string) => fault(record, { problem: "problem", answer });
    expect(missed("reward_model.ground_thruth")).toBe(
      'no field "reward_model.ground_thruth"; did you mean "reward_model.ground_truth"?',
    );
    expect(missed("reward_model.a.b")).toBe(
      'no field "reward_model.a.b"; there are: reward_model.style, reward_model.ground_truth',
    );
    expect(missed("x.y")).toBe('no field "x.y"; there are: problem, reward_model');
  }
});
