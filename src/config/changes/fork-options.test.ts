import { expect, test } from "vitest";
import { carriesCurriculum, type RunSetup } from "./fork-options.ts";

function setupOf(tooLong: "drop" | "refuse", promptTemplate: string): RunSetup {
  const problems = { too_long: tooLong, arms: ["arm"] };
  const recipe = { curriculum: { name: "sec" }, problems, sampling: { max_tokens: 8 } };
  return { recipe, promptTemplate, practiceSetId: 1, developmentSetId: null, testSetId: null } as unknown as RunSetup;
}

test("another prompt begins the curriculum anew only where problems that are too long are dropped", () => {
  const carries = (tooLong: "drop" | "refuse", prompt: string): boolean =>
    carriesCurriculum(setupOf(tooLong, "{{ problem }}"), setupOf(tooLong, prompt));
  expect(carries("refuse", "Longer: {{ problem }}")).toBe(true);
  expect(carries("drop", "{{ problem }}")).toBe(true);
  expect(carries("drop", "Longer: {{ problem }}")).toBe(false);
});
