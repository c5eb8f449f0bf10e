import { parquetWriteFile } from "hyparquet-writer";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { fetchHubFile } from "../../src/hub/dataset/fetch-hub-file.ts";
import { loadProblemSet } from "../../src/problems/load-problem-set.ts";
import { startFakeHub, type FakeHub, type HubFault } from "./fake-hub.ts";

const COMMIT = "e53f048856ff4f594e959d75785d2c2d37b678ee";
const REFERENCE = "hf://datasets/openai/gsm8k/main/train-00000-of-00001.parquet";
const FIELDS = { problem: "question", answer: "answer", answerAfter: "#### ", armName: "gsm8k" };

let hub: FakeHub;
let folder: string;
let cacheFolder: string;
beforeAll(async () => {
  hub = await startFakeHub();
  folder = mkdtempSync(join(tmpdir(), "rlvr-hub-"));
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  cacheFolder = mkdtempSync(join(folder, "cache-"));
  hub.fault = null;
  hub.asked.length = 0;
  hub.files.clear();
  publish("main", 100);
  vi.stubEnv("HF_TOKEN", "");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Puts a Parquet file of so many problems onto the hub. */
function publish(revision: string, rows: number): void {
  const filename = join(folder, "train.parquet");
  const numbers = Array.from({ length: rows }, (_, index) => index);
  parquetWriteFile({
    filename,
    columnData: [
      { name: "question", data: numbers.map((index) => `What is ${index} + 1?`), type: "STRING" },
      { name: "answer", data: numbers.map((index) => `It is one more.\n#### ${index + 1}`), type: "STRING" },
    ],
  });
  hub.files.set(`openai/gsm8k@${revision}/main/train-00000-of-00001.parquet`, readFileSync(filename));
}

function fetchFile(text = REFERENCE, onNote?: (note: string) => void): Promise<string> {
  return fetchHubFile(text, { hubUrl: hub.url, cacheFolder, onNote });
}

const downloads = (): number => hub.asked.filter(({ url }) => url.startsWith("/cdn/")).length;

describe("a problem set on the hub", () => {
  it("is read as a file of one's own is", async () => {
    const set = await loadProblemSet(REFERENCE, FIELDS, { hubUrl: hub.url, cacheFolder });
    expect(set.path).toBe(REFERENCE);
    expect(set.problems).toHaveLength(100);
    expect(set.problems[41]).toEqual({ problem: "What is 41 + 1?", answer: "42", arm: "gsm8k" });
    const own = await loadProblemSet(join(folder, "train.parquet"), FIELDS);
    expect(own).toMatchObject({ sha256: set.sha256, problems: set.problems });
  });

  it("may be JSON Lines that the hub keeps as a small file", async () => {
    const line = { problem: "1 + 1", answer: "2", arm: "sum" };
    hub.files.set("me/sums@main/data/a b.jsonl", Buffer.from(`${JSON.stringify(line)}\n`));
    const set = await loadProblemSet("hf://datasets/me/sums/data/a b.jsonl", undefined, {
      hubUrl: hub.url,
      cacheFolder,
    });
    expect(set.problems).toEqual([line]);
  });

  it("says which rows are no problems", async () => {
    await expect(
      loadProblemSet(REFERENCE, { ...FIELDS, answerAfter: "Answer:" }, { hubUrl: hub.url, cacheFolder }),
    ).rejects.toMatchObject({ code: "bad_problems", message: expect.stringContaining("100 rows") as unknown });
    await expect(
      loadProblemSet(REFERENCE, { ...FIELDS, problem: "questoin" }, { hubUrl: hub.url, cacheFolder }),
    ).rejects.toMatchObject({ advice: expect.stringContaining('Did you mean "question"?') as unknown });
  });
});

describe("a file of the hub", () => {
  it("is fetched once, and again when its branch moves on", async () => {
    const first = await fetchFile();
    expect(await fetchFile()).toBe(first);
    expect(downloads()).toBe(1);
    publish("main", 200);
    expect(await fetchFile()).not.toBe(first);
    expect(downloads()).toBe(2);
  });

  it("of a commit is not asked for again", async () => {
    publish(COMMIT, 100);
    const pinned = REFERENCE.replace("gsm8k/", `gsm8k@${COMMIT}/`);
    const path = await fetchFile(pinned);
    hub.asked.length = 0;
    expect(await fetchFile(pinned)).toBe(path);
    expect(hub.asked).toEqual([]);
  });

  it("is asked for with the token of the environment, and without one where there is none", async () => {
    vi.stubEnv("HF_TOKEN", "hf_secret");
    await fetchFile();
    expect(new Set(hub.asked.map(({ token }) => token))).toEqual(new Set(["hf_secret"]));
    vi.stubEnv("HF_TOKEN", "");
    hub.asked.length = 0;
    await fetchFile();
    expect(hub.asked.map(({ token }) => token)).toEqual([undefined]);
  });

  it("is taken as it was last where the hub cannot be asked, and that is told", async () => {
    const path = await fetchFile();
    const notes: string[] = [];
    hub.fault = "busy";
    expect(await fetchFile(REFERENCE, (note) => notes.push(note))).toBe(path);
    expect(notes).toEqual([expect.stringMatching(/HTTP 503\. Used instead: what it was on \d{4}-\d\d-\d\d\./)]);
    hub.fault = "gated";
    await expect(fetchFile()).rejects.toMatchObject({ code: "hub_failed" });
  });

  it("is not there before it is whole", async () => {
    for (const fault of ["cut off", "too short", "other bytes"] as const) {
      hub.fault = fault;
      await expect(fetchFile(), fault).rejects.toMatchObject({ code: "hub_failed", retryable: true });
    }
    expect(readdirSync(cacheFolder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())).toEqual(
      [],
    );
    hub.fault = null;
    expect(readFileSync(await fetchFile())).toEqual([...hub.files.values()][0]);
  });
});

describe("what goes wrong", () => {
  it.each<[HubFault, Record<string, unknown>]>([
    ["gated", { code: "hub_failed", retryable: false, advice: expect.stringContaining("set HF_TOKEN") as unknown }],
    ["no data set", { code: "missing_file", message: expect.stringContaining("has no main/train") as unknown }],
    ["busy", { code: "hub_failed", retryable: true, message: expect.stringContaining("HTTP 503") as unknown }],
    ["too short", { message: expect.stringMatching(/came damaged: \d+ bytes of \d+/) as unknown }],
  ])("%s: says what, and what else can be done", async (fault, expected) => {
    hub.fault = fault;
    await expect(fetchFile()).rejects.toMatchObject(expected);
    await expect(fetchFile()).rejects.toMatchObject({
      advice: expect.stringMatching(/HF_ENDPOINT.*rlvr problems import FILE/) as unknown,
    });
  });

  it("a file that the data set lacks is named", async () => {
    await expect(fetchFile(REFERENCE.replace("train", "dev"))).rejects.toMatchObject({
      code: "missing_file",
      message: expect.stringContaining("main/dev-00000-of-00001.parquet") as unknown,
    });
  });

  it("offline: says that nothing answers, and how to go on", async () => {
    const gone = await startFakeHub();
    await gone.close();
    await expect(fetchHubFile(REFERENCE, { hubUrl: gone.url, cacheFolder })).rejects.toMatchObject({
      code: "hub_failed",
      retryable: true,
      message: expect.stringMatching(/did not give us main\/train.*ECONNREFUSED/) as unknown,
      advice: expect.stringContaining("Is this machine online?") as unknown,
    });
  });

  it("a token that is none is not sent, nor told", async () => {
    vi.stubEnv("HF_TOKEN", "my-secret");
    const refusal: unknown = await fetchFile().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "bad_usage" });
    expect(JSON.stringify(refusal) + String(refusal)).not.toContain("my-secret");
    expect(hub.asked).toEqual([]);
  });

  it.each([
    "hf://models/openai/gsm8k/x",
    "hf://datasets/openai",
    "hf://datasets/a/b/",
    "hf://datasets/a/b/../../x",
    "hf://datasets/a/b@/x",
  ])("%s is no reference", async (text) => {
    await expect(fetchFile(text)).rejects.toMatchObject({ code: "bad_usage" });
    expect(hub.asked).toEqual([]);
  });
});

it("a file of one's own that is a problem set is read as it is", async () => {
  const path = join(folder, "own.jsonl");
  writeFileSync(path, '{"problem":"a","answer":"b","arm":"c","extra":[1]}\n');
  expect(await loadProblemSet(path, undefined)).toMatchObject({
    path,
    problems: [{ problem: "a", answer: "b", arm: "c", extra: [1] }],
  });
});
