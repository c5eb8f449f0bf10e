import { fileURLToPath } from "node:url";
import type { Verdict } from "../../../src/verifiers/verdict.ts";

/** A response that somebody wrote to be accepted without being right, or to break what judges it. */
export interface HostileCase {
  readonly title: string;
  readonly verifier: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly problem?: Readonly<Record<string, unknown>>;
  readonly answer: string;
  readonly response: string;
  /** How it ends; `ok` is always a failure, never a pass. */
  readonly status: Verdict["status"];
}

/** What the deadline and the memory cap of every case are: far more than an honest response needs. */
export const DEADLINE_MS = 2000;
export const MEMORY_MB = 400;

const MISBEHAVING = fileURLToPath(new URL("../fixtures/misbehaving.ts", import.meta.url));
const TEN_MB = 10_000_000;

function fails(
  verifier: string,
  cases: Readonly<Record<string, readonly [answer: string, response: string]>>,
  more: Pick<HostileCase, "options" | "problem"> = {},
): HostileCase[] {
  return Object.entries(cases).map(([title, [answer, response]]) => ({
    title: `${verifier}: ${title}`,
    verifier,
    answer,
    response,
    status: "ok",
    ...more,
  }));
}

function misbehaves(response: string, status: Verdict["status"]): HostileCase {
  return { title: `a verifier that does this: ${response}`, verifier: MISBEHAVING, answer: "right", response, status };
}

const boxed = (answer: string): string => `The answer is $\\boxed{${answer}}$.`;

/** Everything, in an order that mixes what only fails with what takes its process down. */
export const CORPUS: readonly HostileCase[] = [
  ...fails("math", {
    "a tower of exponents": ["1", boxed("9^{9^{9^{9^{9^{9}}}}}")],
    "a tower of exponents in plain text": ["1", "The answer is 9**9**9**9**9**9"],
    "towers that overflow on both sides": ["9^{9^{9^{9}}}", boxed("8^{8^{8^{8}}}")],
    "a huge factorial": ["1", boxed("99999999!")],
    "factorials of factorials": ["1", boxed("((((9!)!)!)!)!")],
    "a huge binomial": ["1", boxed("\\binom{10^{9}}{5\\cdot 10^{8}}")],
    "a power of a sum with many terms": ["1", boxed("(a+b+c+d+e+f+g+h)^{1000}")],
    "numbers that differ beyond a double's precision": ["\\frac{1}{2^{99}}", boxed("\\frac{1}{2^{98}}")],
    "the same in plain text": ["1/2^99", "1/2^98"],
    "an integer that is off by one in its last of 40 digits": ["9".repeat(40), boxed(`${"9".repeat(39)}8`)],
    "a million digits": ["1", boxed("1".repeat(1_000_000))],
    "a number of 10 MB": ["1", "7".repeat(TEN_MB)],
    "10 MB of openings": ["1", "\\boxed{".repeat(TEN_MB / 7)],
    "10 MB of dollars": ["1", "$".repeat(TEN_MB)],
    "10 MB of nested fractions": ["1", `${"\\frac{1}{".repeat(TEN_MB / 18)}1${"}".repeat(TEN_MB / 18)}`],
    "unbalanced braces": ["1", "\\boxed{1"],
    "unbalanced parentheses, which take a parser exponential time": ["1", boxed("(".repeat(40))],
    "nested brackets, which take a parser exponential time": ["1", boxed(`${"[".repeat(40)}2${"]".repeat(40)}`)],
    "deep nesting": ["1", boxed(`${"\\sqrt{".repeat(5000)}1${"}".repeat(5000)}`)],
    "absolute values without end": ["1", boxed("|".repeat(2001))],
    "a ReDoS: spaces before no end": ["1", `The answer is${" ".repeat(100_000)}x`],
    "a ReDoS: commas between digits": ["1", `${"1,".repeat(100_000)}x`],
    "a ReDoS: words that could end anywhere": ["1", "answer ".repeat(100_000)],
    "NUL bytes": ["12", "\\boxed{1\u00002}"],
    "lone surrogates": ["12", "\\boxed{\uD800}"],
    "several boxed answers that cover the possible ones": ["3", boxed("1") + boxed("2") + boxed("3") + boxed("4")],
    "every answer in one box": ["3", boxed("1, 2, 3, 4")],
    "every answer joined by or": ["3", "The answer is 1 or 2 or 3 or 4."],
    "the right answer hidden in prose, another at the end": ["42", "It could be 42, but no: the answer is 41."],
    "the right answer hidden behind the final one": ["42", `${boxed("41")} (Some say 42 here.)`],
    "an answer that is infinite where the right one is finite": ["1", boxed("\\frac{1}{0}")],
    "a product of matrices, whose entries double with each factor": [
      "1",
      boxed("\\begin{pmatrix}a&b\\\\c&d\\end{pmatrix}".repeat(30)),
    ],
    "a power of a matrix to a power": ["1", boxed("(\\begin{pmatrix}a&b\\\\c&d\\end{pmatrix}^{16})^{16}")],
    "a sum of a billion terms": ["1", boxed("\\sum_{k=1}^{10^9} \\frac{1}{k}")],
    "sums within sums within sums": ["1", boxed("\\sum_{i=1}^{n^9}".repeat(20) + "i")],
    "arctangents that take many digits to tell apart": [
      "\\frac{\\pi}{2}",
      boxed(`\\frac{\\pi}{2}${"+\\arctan(\\frac{7}{3})-\\arctan(2.5-\\frac{1}{6})".repeat(30)}+10^{-90}`),
    ],
    "a value that is equal in doubles": ["\\frac{\\pi}{2}", boxed("\\arctan(10^{18})")],
    "inequalities of high degree joined by or": [
      "x>1",
      boxed("(x^2-2)(x-3)(x-4)(x-5)(x-6)<0 \\lor ".repeat(30) + "x>1"),
    ],
    "nothing times infinity": ["0", boxed("0 \\cdot \\infty")],
    "an expression that is equal only where it is undefined": ["x", boxed("\\frac{0}{0}")],
    "an identity that holds at the integers alone": ["0", boxed("\\sin(\\pi x)")],
    "a variable where a number belongs": ["5", boxed("x")],
    "a tiny difference": ["x", boxed("x+10^{-30}")],
    "a tiny difference in an equation": ["x^2+y=1", boxed("x^2+y=1+10^{-30}")],
    "a tiny term of high degree": ["x^2", boxed("x^2+10^{-40}x^{9}")],
    "an interval of everything": ["[0,1]", boxed("(-\\infty,\\infty)")],
    "an empty answer": ["1", "\\boxed{}"],
    "a macro definition": ["1", "\\def\\x{\\x\\x}\\boxed{\\x}"],
    "a property of objects": ["1", boxed("constructor.constructor('return 1')()")],
    "__proto__ as a variable": ["1", boxed("__proto__")],
  }),
  ...fails("gsm8k", {
    "several final answers": ["42", "#### 41\n#### 40"],
    "a ReDoS of hashes": ["42", "#".repeat(1_000_000)],
    "10 MB of digits": ["42", `#### ${"4".repeat(TEN_MB)}`],
    "the right answer before the final one": ["42", "42\n#### 41"],
  }),
  ...fails("numeric", {
    "a ReDoS of thousands": ["42", `${"1,234".repeat(100_000)}x`],
    "an exponent that no memory holds": ["42", "1e999999999"],
  }),
  ...fails("exact", { "10 MB": ["42", "4".repeat(TEN_MB)] }, { options: { collapse_whitespace: true } }),
  ...fails(
    "regex",
    { "a pattern that backtracks for ever": ["", `${"a".repeat(100_000)}!`] },
    { options: { pattern: "^(a+)+$" } },
  ),
  ...fails("multiple-choice", {
    "every letter": ["C", "The answer is A, B, C, D."],
    "10 MB of letters": ["C", "(A) (C) ".repeat(TEN_MB / 8)],
  }),
  ...fails("f1", { "10 MB of words": ["the answer", "answer ".repeat(TEN_MB / 7)] }),
  ...fails(
    "json-schema",
    {
      "JSON nested beyond the stack": ["", `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`],
      "10 MB of openings": ["", "{".repeat(TEN_MB)],
      "__proto__ for a required property": ["", '{"__proto__": {"total": 1}}'],
    },
    { options: { schema: { type: "object", required: ["total"], properties: { total: { type: "number" } } } } },
  ),
  ...fails(
    "format",
    {
      "a million openings": ["", "<think>".repeat(1_000_000)],
      "tags that cross": ["", "<think>a<answer>b</think>c</answer>"],
      "a tag in a tag": ["", "<think><think>a</think></think><answer>b</answer>"],
    },
    { options: { tags: ["think", "answer"] } },
  ),
  ...fails(
    "instructions",
    {
      "10 MB of openings": ["", "<<".repeat(TEN_MB / 2)],
      "a ReDoS: blank lines before no bullet": ["", "\n".repeat(100_000)],
      "a title of brackets alone": ["", "<<<<>>>>"],
    },
    {
      problem: {
        instruction_id_list: ["detectable_format:title", "detectable_format:number_bullet_lists"],
        kwargs: [{}, { num_bullets: 1 }],
      },
    },
  ),
  misbehaves("spin", "timeout"),
  misbehaves("throw", "error"),
  misbehaves("exit", "error"),
  misbehaves("hang", "timeout"),
  misbehaves("run out of memory", "error"),
  misbehaves("run out of memory outside of the heap", "error"),
  misbehaves("leave a rejection", "error"),
  misbehaves("spin and ignore SIGTERM", "timeout"),
  misbehaves("print", "ok"),
  misbehaves("print without end", "timeout"),
  misbehaves("score NaN", "error"),
  misbehaves("extract too much", "ok"),
  misbehaves("say nothing", "skipped"),
];
