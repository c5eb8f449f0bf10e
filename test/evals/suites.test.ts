import { parquetWriteFile } from "hyparquet-writer";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { openSuite } from "../../src/run/evaluation/open-suite.ts";
import { createJudge } from "../../src/run/scoring/judge.ts";
import { readSuite } from "../../src/run/start/read-recipe.ts";
import { startFakeHub, type FakeHub } from "../hub/fake-hub.ts";
import { inProcessPool } from "../support/scripted/in-process-pool.ts";

/** Problems made up in the form of the published files, with a right response and a wrong one to each. */
const GSM8K = { question: "Ann has 3 pears and buys 4 more. How many has she?", answer: "3 + 4 = <<3+4=7>>7\n#### 7" };
const MATH = {
  problem: "What is $\\frac{1}{2}+\\frac{1}{4}$?",
  solution: "It is $\\boxed{\\frac{3}{4}}$.",
  answer: "\\frac{3}{4}",
  subject: "Prealgebra",
  level: 1,
  unique_id: "test/prealgebra/1.json",
};
const IFEVAL = {
  key: 1000,
  prompt: "Write about a pear without any commas.",
  instruction_id_list: ["punctuation:no_comma"],
  kwargs: [{}],
};

let hub: FakeHub;
let folder: string;
beforeAll(async () => {
  hub = await startFakeHub();
  folder = mkdtempSync(join(tmpdir(), "rlvr-suites-"));
  const filename = join(folder, "gsm8k.parquet");
  const columnData = Object.entries(GSM8K).map(([name, text]) => ({ name, data: [text], type: "STRING" as const }));
  parquetWriteFile({ filename, columnData });
  hub.files.set("openai/gsm8k@main/main/test-00000-of-00001.parquet", readFileSync(filename));
  hub.files.set("HuggingFaceH4/MATH-500@main/test.jsonl", Buffer.from(JSON.stringify(MATH)));
  hub.files.set("google/IFEval@main/ifeval_input_data.jsonl", Buffer.from(JSON.stringify(IFEVAL)));
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  vi.stubEnv("HF_ENDPOINT", hub.url);
  vi.stubEnv("XDG_CACHE_HOME", folder);
  return () => vi.unstubAllEnvs();
});

test.each([
  ["gsm8k", GSM8K.question, "gsm8k", "She has \\boxed{7}.", "She has \\boxed{8}."],
  ["math-500", MATH.problem, "Prealgebra", "It is \\boxed{0.75}.", "It is \\boxed{0.7}."],
  ["ifeval", IFEVAL.prompt, "ifeval", "A pear is green.", "A pear, a fruit."],
])(
  "the suite %s loads from the hub, asks its problems, and tells right from wrong",
  async (name, problem, arm, right, wrong) => {
    const suite = await openSuite(readSuite(packagePath(`evals/${name}.yaml`)));
    expect(suite).toMatchObject({ name, samples: 1, temperature: 0 });
    expect(suite.sets[0]?.problems).toMatchObject([{ problem, arm }]);
    const [set] = suite.sets;
    const asked = set?.problems[0];
    if (set === undefined || asked === undefined) throw new Error("the suite has no problem");
    expect(set.template.render(asked).at(-1)?.content).toContain(problem);
    const judge = await createJudge(set.verifiers, undefined, inProcessPool());
    const responses = [right, wrong].map((text) => ({ text, truncated: false }));
    const judged = await judge.group(asked, responses, new AbortController().signal);
    expect(judged.map(({ outcome }) => outcome.passed)).toEqual([true, false]);
  },
);
