import { expect, test } from "vitest";
import { baseModelName } from "./base-model.ts";
import { publicRecipe } from "./public-recipe.ts";

test.each([
  ["/home/me/models/qwen", "qwen"],
  ["/home/me/my models/qwen 2", "qwen 2"],
  ["C:\\Users\\me\\qwen", "qwen"],
  ["~/qwen", "qwen"],
  ["--chat-template=/home/me/x.jinja", "--chat-template=x.jinja"],
  ["python:/home/me/rewards.py:brevity", "python:rewards.py:brevity"],
  ["http://10.0.0.7:8000", "(a server)"],
  ["hf://datasets/openai/gsm8k/main/test.parquet", "hf://datasets/openai/gsm8k/main/test.parquet"],
  ["token-truncate", "token-truncate"],
  ["a/b", "a/b"],
])("writes %j as %j", (text, told) => {
  expect(publicRecipe({ at: [text], n: 1 })).toEqual({ at: [told], n: 1 });
});

test("takes the name of a model from its folder, or from the hub's cache", () => {
  expect(baseModelName("/home/me/models/qwen/")).toBe("qwen");
  expect(baseModelName("/c/hub/models--HuggingFaceTB--SmolLM2-135M-Instruct/snapshots/0a1b")).toBe(
    "HuggingFaceTB/SmolLM2-135M-Instruct",
  );
});
