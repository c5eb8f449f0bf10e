import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { rlvr } from "../support/rlvr-in-process.ts";

const MODULE = fileURLToPath(new URL("../verifiers/fixtures/misbehaving.ts", import.meta.url));

function lines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

function parse(stdout: string): unknown[] {
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}

it("writes a verdict a line, in order, over many packets", async () => {
  const items = Array.from({ length: 1500 }, (_, index) => ({
    answer: `${index}`,
    response: `= ${index - (index % 3)}`,
  }));
  const { code, stdout, stderr } = await rlvr(["verify", "numeric", "--input", "-"], undefined, {
    stdin: lines(items),
  });
  expect(code).toBe(0);
  expect(parse(stdout)).toEqual(
    items.map((_, index) => ({
      status: "ok",
      passed: index % 3 === 0,
      score: index % 3 === 0 ? 1 : 0,
      extracted: `${index - (index % 3)}`,
      ms: expect.any(Number),
    })),
  );
  expect(stderr).toMatch(/1,500 responses in .* s: 500 passed, 1,000 failed, mean score 0.333, .* ms each/);
});

it("gives failed verdicts no score, and their reason", async () => {
  const stdin = lines([
    { problem: "?", answer: "right", response: "right" },
    { problem: { arm: "sums" }, answer: "", response: "throw" },
    { answer: "", response: "spin" },
  ]);
  const { code, stdout } = await rlvr(["verify", MODULE, "--input", "-", "--deadline-ms", "500"], undefined, { stdin });
  expect(code).toBe(0);
  expect(parse(stdout)).toMatchObject([
    { status: "ok", passed: true },
    { status: "error", passed: null, score: null, error: expect.stringContaining("thrown on purpose") },
    { status: "timeout", passed: null, score: null },
  ]);
});

it("reports a bad line by its number, after the verdicts of those before it", async () => {
  const good = { answer: "4", response: "4" };
  for (const bad of ["{", '{"answer": [4], "response": "4"}', "[]"]) {
    const stdin = `${lines([good, good])}\n${bad}\n${lines([good])}`;
    const { code, stdout, stderr } = await rlvr(["verify", "exact", "--input", "-"], undefined, { stdin });
    expect(code).toBe(2);
    expect(stderr).toContain("line 4: ");
    expect(parse(stdout)).toHaveLength(2);
  }
});

it("sets options, and refuses unknown names and options even without a line", async () => {
  const set = await rlvr(["verify", "exact", "--input", "-", "--set", "fold_case=true"], undefined, {
    stdin: lines([{ answer: "YES", response: "yes" }]),
  });
  expect(parse(set.stdout)).toMatchObject([{ passed: true }]);
  const name = await rlvr(["verify", "numerical", "--input", "-"]);
  expect([name.code, name.stderr]).toEqual([2, expect.stringContaining('"numeric"')]);
  const option = await rlvr(["verify", "exact", "--input", "-", "--set", "fold=true"]);
  expect([option.code, option.stderr]).toEqual([2, expect.stringContaining("fold")]);
});
