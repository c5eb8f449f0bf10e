import { expect, it } from "vitest";
import { verifiersSchema } from "../../config/verifier-schema.ts";
import type { Problem } from "../../problems/problem.ts";
import { checkProblems } from "./check-problems.ts";

const VERIFIERS = verifiersSchema.parse([{ name: "exact" }, { name: "instructions", score: "fraction", weight: 2 }]);

function setWith(id: string) {
  const problem: Problem = { problem: "Write.", answer: "", arm: "all", instruction_id_list: [id], kwargs: [{}] };
  return { path: "set.jsonl", sha256: "", problems: [problem] };
}

it("refuses a problem that a verifier of the library cannot judge, with the nearest name", async () => {
  const refused = checkProblems(VERIFIERS, [setWith("punctuation:no_comma"), setWith("punctuation:no_coma")]);
  await expect(refused).rejects.toMatchObject({
    code: "bad_problems",
    message: expect.stringContaining('did you mean "punctuation:no_comma"?') as unknown,
    advice: expect.stringContaining("rlvr problems lint set.jsonl --verifier instructions") as unknown,
  });
});

it("lets pass what can be judged, and leaves verifiers alone that somebody else wrote", async () => {
  await expect(checkProblems(VERIFIERS, [setWith("punctuation:no_comma")])).resolves.toBeUndefined();
  const theirs = verifiersSchema.parse([{ name: "/nowhere/even.ts" }]);
  await expect(checkProblems(theirs, [setWith("nothing")])).resolves.toBeUndefined();
});
