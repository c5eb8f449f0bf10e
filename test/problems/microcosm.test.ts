import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { loadTokenizer } from "../../src/policy/onnx/tokenizer/tokenizer.ts";
import { messageTemplate } from "../../src/problems/template/message-template.ts";
import { loadProblemSet } from "../../src/problems/load-problem-set.ts";

const SETS = { practice: [40, 80], development: [80, 88], test: [88, 100] } as const;
const template = messageTemplate(readFileSync(packagePath("prompts/microcosm.md"), "utf8"), "microcosm.md");

const problemsOf = async (set: string) =>
  (await loadProblemSet(packagePath(`curricula/microcosm/${set}.jsonl`))).problems;

/** Start, operation and operands in the order in which they are used: blind to direction and hint. */
function computation(problem: string): string {
  const [, start, operation, direction, operands = ""] = /^(\d)([-+*])([<>])(\d+)$/.exec(problem) ?? [];
  const ordered = direction === "<" ? [...operands].toReversed().join("") : operands;
  return `${start}${operation}${ordered}`;
}

test("no computation is in two sets, and each lies in its set's share of the hash", async () => {
  for (const [set, [low, high]] of Object.entries(SETS))
    for (const { problem } of await problemsOf(set)) {
      const bucket = createHash("sha256").update(computation(problem)).digest().readUInt32BE() % 100;
      expect(bucket, problem).toBeGreaterThanOrEqual(low);
      expect(bucket, problem).toBeLessThan(high);
    }
});

test("every answer is what the chain comes to", async () => {
  const apply = {
    "+": (a: number, b: number) => a + b,
    "-": (a: number, b: number) => a - b,
    "*": (a: number, b: number) => a * b,
  };
  for (const { problem, answer } of await problemsOf("test")) {
    const [start, operation, ...operands] = computation(problem);
    let value = Number(start);
    const results = operands.map(
      (operand) => (value = ((apply[operation as "+"](value, Number(operand)) % 7) + 7) % 7),
    );
    expect(answer, problem).toBe(results.join(""));
  }
});

test("a prompt has the same length with a hint and without, and the tokenizer has all its characters", async () => {
  const tokenizer = loadTokenizer(packagePath("policies/tiny"));
  const encode = (text: string): number[] =>
    tokenizer.encodeChat({ messages: [{ role: "user", content: text }] }, { addGenerationPrompt: true });
  for (const { problem, hints } of (await problemsOf("development")).slice(0, 50)) {
    const plain = encode(template({ problem }));
    expect(tokenizer.decode(plain)).toBe(`______${problem}=`);
    for (const tier of ["knowledge", "planning", "solution"] as const) {
      const parts = hints?.[tier] ?? [];
      for (let level = 1; level <= parts.length; level++) {
        const text = parts.slice(0, level).join("");
        const hinted = encode(template({ problem }, { tier, level, parts: parts.slice(0, level) }));
        expect(hinted).toHaveLength(plain.length);
        expect(tokenizer.decode(hinted)).toContain(text);
      }
    }
  }
});
