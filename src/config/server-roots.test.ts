import { expect, test } from "vitest";
import { packagePath } from "../core/package-files.ts";
import { folderOfOptions, loadRecipe } from "./load-recipe.ts";
import { withServerRoots } from "./server-roots.ts";

const DEFAULT = packagePath("curricula/microcosm.yaml");
const recipe = loadRecipe(DEFAULT, [], folderOfOptions(DEFAULT, []));

test("cuts /v1 off the URLs of policy and teacher, with a note for each", () => {
  const notes: string[] = [];
  const teacher = { url: "http://teacher/v1", concurrency: 1, tokens_in_flight: 1 };
  const policy = { ...recipe.policy, url: ["http://a:1/v1", "http://b:2/"] };
  const cut = withServerRoots({ ...recipe, policy, teacher }, (note) => notes.push(note));
  expect(cut.policy.url).toEqual(["http://a:1", "http://b:2"]);
  expect(cut.teacher?.url).toBe("http://teacher");
  expect(notes).toEqual([
    "policy.url: /v1 is cut off http://a:1/v1: requests add it themselves.",
    "teacher.url: /v1 is cut off http://teacher/v1: requests add it themselves.",
  ]);
});

test("leaves a recipe without servers as it is", () => {
  expect(withServerRoots(recipe, expect.unreachable)).toEqual(recipe);
});
