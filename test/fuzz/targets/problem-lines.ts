import fc from "fast-check";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { FORMATS, mappingFrom, type FormatName } from "../../../src/problems/import/formats.ts";
import { importProblems } from "../../../src/problems/import/import-problems.ts";
import { createSetChecks } from "../../../src/problems/lint/set-checks.ts";
import { loadProblemSet } from "../../../src/problems/load-problem-set.ts";
import { openSource } from "../../../src/problems/source/open-source.ts";
import { checkTemplate } from "../../../src/problems/template/check-template.ts";
import { promptTemplate } from "../../../src/problems/template/prompt-template.ts";
import { fuzzTarget } from "../fuzz-target.ts";
import { rarely } from "../rarely.ts";

const folder = mkdtempSync(join(tmpdir(), "rlvr-fuzz-lines-"));
const file = join(folder, "set");
const packers = { gzip: (bytes: Buffer) => gzipSync(bytes), zstd: (bytes: Buffer) => zstdCompressSync(bytes) };
const TEMPLATE = "{{ problem }}{% if level is defined %} {{ level | tojson }}{% endif %}";
const template = promptTemplate({ messages: [{ role: "user", text: TEMPLATE, path: "prompt.md" }] });

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom(null, "", " ", "\u0000", "\ud800", "1/0", "9".repeat(2000), "[[1]]", '{"a":', "\\sqrt{".repeat(400)),
  fc.constantFrom("answer is 1 ".repeat(500), "{".repeat(2000), "1,000".repeat(400), "\\frac{1}{2}".repeat(300)),
  fc.string({ unit: "binary", maxLength: 30 }),
);
const key = fc.constantFrom(
  "id",
  "problem",
  "answer",
  "answers",
  "arm",
  "hints",
  "level",
  "prompt",
  "question",
  "ground_truth",
  "messages",
  "__proto__",
  "constructor",
  "toString",
  "reward_model",
  "data_source",
  "extra_info",
  "metadata",
  "solution",
);
const valid = fc.record(
  {
    problem: fc.nat(9999).map((number) => `What is ${number} + 1?`),
    answer: fc.nat(9999).map(String),
    level: odd,
    hints: fc.record({
      planning: fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 }),
    }),
  },
  { requiredKeys: ["problem", "answer"] },
);
const raw = fc.constantFrom(
  "1e999",
  "-0",
  "0.10",
  "12345678901234567890",
  '{"__proto__": {"x": 1}, "problem": "p", "answer": "a"}',
  "[".repeat(5000),
  `${"[".repeat(300)}${"]".repeat(300)}`,
  '{"problem": "\\ud800", "answer": "\\u0000"}',
  "\ufeff{}",
  "{",
  "nul",
  "NaN",
  `{"problem": "p", "answer": ${"9".repeat(3000)}e5}`,
  '"'.repeat(999),
);
const line = fc.oneof(
  { weight: 12, arbitrary: valid.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.dictionary(key, odd, { maxKeys: 6 }).map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: raw },
);

/** Files of problems, whole or with bytes of any kind put in, as lines or an array, packed or not, loaded and imported. */
export const target = fuzzTarget({
  input: fc.record({
    lines: fc.oneof(
      fc.array(
        valid.map((value) => JSON.stringify(value)),
        { minLength: 1, maxLength: 4 },
      ),
      fc.array(line, { maxLength: 5 }),
    ),
    isArray: fc.boolean(),
    bytes: rarely(6, fc.record({ at: fc.nat(200), put: fc.uint8Array({ maxLength: 8 }) })),
    pack: rarely(4, fc.constantFrom("gzip" as const, "zstd" as const)),
    cut: rarely(12, fc.nat(300)),
    from: rarely(3, fc.constantFrom(...(Object.keys(FORMATS) as FormatName[]))),
    flood: rarely(50, fc.constantFrom(0, 0x20, 0x5b, 0x22)),
  }),
  refusals: ["bad_problems", "bad_usage", "bad_recipe"],
  async read({ lines, isArray, bytes, pack, cut, from, flood }) {
    const text = isArray ? `[${lines.join(",")}]` : lines.join("\n");
    const whole = Buffer.from(text);
    const { at, put } = bytes ?? { at: 0, put: new Uint8Array() };
    const end = flood === null ? new Uint8Array() : Buffer.alloc(2 ** 17, flood);
    const content = Buffer.concat([whole.subarray(0, at), put, whole.subarray(at), end]);
    const packed = pack === null ? content : packers[pack](content);
    writeFileSync(file, cut === null ? packed : packed.subarray(0, cut));
    const settings = { mapping: mappingFrom(from ?? undefined, {}), keepGood: true, told: 3 };
    const write = async (): Promise<void> => {};
    await importProblems(await openSource(file), settings, write, () => {});
    const set = await loadProblemSet(file);
    const checks = createSetChecks([]);
    for (const [index, problem] of set.problems.entries()) checks.look(problem, index + 1);
    checks.end();
    checkTemplate(template, [set]);
  },
  close: async () => rmSync(folder, { recursive: true }),
});
