import { expect, test } from "vitest";
import { baseModelName } from "./base-model.ts";
import { publicRecipe } from "./public-recipe.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

test.each([
  ["/home/me/models/qwen", "qwen"],
  ["/home/me/my models/qwen 2", "qwen 2"],
  [`/c/hub/models--me--a-model/snapshots/${COMMIT}`, `me/a-model@${COMMIT}`],
  ["C:\\Users\\me\\qwen", "qwen"],
  ["~/qwen", "qwen"],
  ["--chat-template=/home/me/x.jinja", "--chat-template=x.jinja"],
  ["python:/home/me/rewards.py:brevity", "python:rewards.py:brevity"],
  ["http://10.0.0.7:8000", "(a server)"],
  ["--otlp-traces-endpoint=http://10.0.0.7:4317/v1", "--otlp-traces-endpoint=(a server)"],
  ["hf://datasets/openai/gsm8k/main/test.parquet", "hf://datasets/openai/gsm8k/main/test.parquet"],
  ["token-truncate", "token-truncate"],
  ["a/b", "a/b"],
])("writes %j as %j", (text, told) => {
  expect(publicRecipe({ at: [text], n: 1 })).toEqual({ at: [told], n: 1 });
});

test("takes the name of a model from its folder, or from the hub's cache", () => {
  expect(baseModelName("/home/me/models/qwen/")).toBe("qwen");
  expect(baseModelName("/c/hub/models--HuggingFaceTB--SmolLM2-135M-Instruct/snapshots/" + COMMIT)).toBe(
    "HuggingFaceTB/SmolLM2-135M-Instruct",
  );
});
