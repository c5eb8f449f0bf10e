import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { parquetWriteFile } from "hyparquet-writer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openResponses } from "../../src/cli/verify/read-items.ts";
import { mappingFrom } from "../../src/problems/import/formats.ts";
import { importProblems } from "../../src/problems/import/import-problems.ts";
import { loadProblemSet } from "../../src/problems/load-problem-set.ts";
import { openProblemSet } from "../../src/problems/open-problem-set.ts";
import { openSource } from "../../src/problems/source/open-source.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-one-reader-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) taken.push(item);
  return taken;
}

const BIG = "9007199254740993";
const RECORDS = [
  `{"id":${BIG},"problem":"a","answer":${BIG},"arm":null,"hints":null,"answers":null,"response":"x","n":${BIG}}`,
  '{"id":null,"problem":"b","answer":0.50,"arm":7,"hints":{"knowledge":["k"],"planning":null},"response":"x","n":0.50}',
  '{"problem":"c","answer":true,"hints":{"knowledge":null,"planning":null,"solution":null},"response":2.0,"n":1}',
];
const PROBLEMS = [
  { id: BIG, problem: "a", answer: BIG, arm: "all", n: BIG },
  { problem: "b", answer: "0.50", arm: "7", hints: { knowledge: ["k"] }, n: 0.5 },
  { problem: "c", answer: "true", arm: "all", n: 1 },
];

const LINES = RECORDS.join("\n");
const ARRAY = `[${RECORDS.join(",\n")}]`;
const FORMS: readonly [name: string, content: string | Buffer][] = [
  ["set.jsonl", LINES],
  ["set.json", ARRAY],
  ["lines.json", LINES],
  ["bom.jsonl", `\ufeff${RECORDS.join("\r\n")}\r\n`],
  ["bom.json", `\ufeff${ARRAY}`],
  ["set.jsonl.gz", gzipSync(LINES)],
  ["set.json.zst", zstdCompressSync(ARRAY)],
  ["named-wrongly.parquet", zstdCompressSync(LINES)],
];

test.each(FORMS)("reads %s alike in a run, lint, import and verify", async (name, content) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  const asRun = (await loadProblemSet(path)).problems;
  const asLint = (await all((await openProblemSet(path)).lines)).map((line) => "problem" in line && line.problem);
  let text = "";
  const settings = { mapping: mappingFrom(undefined, {}), keepGood: false, told: 5 };
  await importProblems(
    await openSource(path),
    settings,
    async (part) => void (text += part),
    () => {},
  );
  writeFileSync(join(folder, "imported.jsonl"), text);
  const asImported = (await loadProblemSet(join(folder, "imported.jsonl"))).problems;
  const expected = PROBLEMS.map((problem, index) => ({ ...problem, response: index === 2 ? 2 : "x" }));
  expect(asRun).toEqual(expected);
  expect(asLint).toEqual(expected);
  expect(asImported).toEqual(expected);
  const items = await all((await openResponses(path)).items());
  expect(items.map(({ answer, response }) => [answer, response])).toEqual([
    [BIG, "x"],
    ["0.50", "x"],
    ["true", "2.0"],
  ]);
});

test("reads Parquet with a problem's columns in a run and in lint", async () => {
  const filename = join(folder, "set.parquet");
  parquetWriteFile({
    filename,
    columnData: [
      { name: "problem", data: ["a", "b"], type: "STRING" },
      { name: "answer", data: [BigInt(BIG), null], type: "INT64", nullable: true },
      { name: "hints", data: [null, null], type: "JSON", nullable: true },
      { name: "score", data: [0.1, 0.2], type: "FLOAT" },
    ],
  });
  const lines = await all((await openProblemSet(filename)).lines);
  expect(lines[0]).toMatchObject({ problem: { problem: "a", answer: BIG, arm: "all", score: 0.1 } });
  expect(lines[1]).toMatchObject({ number: 2, fault: expect.stringContaining("answer") });
  await expect(loadProblemSet(filename)).rejects.toMatchObject({
    message: expect.stringMatching(/set\.parquet has rows.*\n.*row 2/),
  });
});

test("refuses invalid UTF-8 with its file and line", async () => {
  const path = join(folder, "latin1.jsonl");
  writeFileSync(
    path,
    Buffer.concat([Buffer.from(`${RECORDS[0]}\n`), Buffer.from('{"problem":"caf\u00e9"}', "latin1")]),
  );
  const message = expect.stringMatching(/latin1\.jsonl[^]*line 2: not UTF-8/);
  await expect(loadProblemSet(path)).rejects.toMatchObject({ code: "bad_problems", message });
  await expect(all((await openResponses(path)).items())).rejects.toMatchObject({ message });
});
