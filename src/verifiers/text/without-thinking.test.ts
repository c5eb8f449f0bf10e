import { expect, it } from "vitest";
import { withoutThinking } from "./without-thinking.ts";

it.each([
  ["5", "5"],
  ["<think>4</think>5", "5"],
  ["<THINK>4</Think>5", "5"],
  ["4</think>5", "5"],
  ["<think>3</think>4<think></think>5", "5"],
  ["<think>4", ""],
  ["5<think>4", "5"],
  ["3</think>5<Think>4<think>", "5"],
  ["İİ</THINK>5", "5"],
])("%j says %j", (response, said) => {
  expect(withoutThinking(response)).toBe(said);
});

it.each(["</think>", "<think>", "</think", "<", "<think></think>"])(
  "stays fast on %s ten million characters long",
  (part) => {
    const start = performance.now();
    withoutThinking(part.repeat(10_000_000 / part.length));
    expect(performance.now() - start).toBeLessThan(500);
  },
);
