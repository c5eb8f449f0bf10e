import { expect, it } from "vitest";
import type { ConfiguredVerifier } from "./configure-verifiers.ts";
import { checkFields } from "./check-fields.ts";

const verifiers = [
  { label: "exact", needs: [] },
  { label: "own", needs: ["answer", "level"] },
] as unknown as ConfiguredVerifier[];
const problem = (fields: object) => ({ problem: "1+1", answer: "2", arm: "all", id: "a", ...fields });
const set = (...problems: object[]) => [{ path: "p.jsonl", sha256: "", problems: problems.map(problem) }];

it("takes problems with every field that a verifier needs, also null", () => {
  expect(() => checkFields(verifiers, set({ level: 1 }, { level: null }))).not.toThrow();
});

it.each([
  [set({}, {}), "which none of its problems has; the first is problem 1"],
  [set({ level: 1 }, { levle: 2 }, {}), "which 2 of its 3 problems lack; the first is problem 2"],
])("names the field that problems lack, and the first of them: %#", (sets, message) => {
  expect(() => checkFields(verifiers, sets)).toThrow(
    expect.objectContaining({
      code: "bad_problems",
      message: expect.stringContaining(`p.jsonl: the verifier own asks for the field "level", ${message}`) as unknown,
    }),
  );
});

it("does not take hints and ids for fields, which no verifier is given", () => {
  const asking = [{ label: "own", needs: ["hints"] }] as unknown as ConfiguredVerifier[];
  expect(() => checkFields(asking, set({ hints: {} }))).toThrow('asks for the field "hints"');
});

it("names the nearest field there is", () => {
  expect(() => checkFields(verifiers, set({ levle: 2 }))).toThrow(
    expect.objectContaining({ advice: expect.stringContaining('Did you mean "levle"?') as unknown }),
  );
});
