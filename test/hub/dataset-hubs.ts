import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, vi } from "vitest";
import { fetchHubFile } from "../../src/hub/dataset/fetch-hub-file.ts";
import { startFakeHub, type FakeHub } from "./fake-hub.ts";

/** A file that both hubs have. */
export const REFERENCE = "hf://datasets/me/sums/data/train.jsonl";
/** What it holds. */
export const CONTENT = Buffer.from('{"problem":"1 + 1","answer":"2"}\n'.repeat(100));

/** A hub that a test may have attack. */
export let hub: FakeHub;
/** Another, to which it may redirect. */
export let other: FakeHub;
let folder: string;
/** A cache of each test. */
export let cacheFolder: string;
beforeAll(async () => {
  [hub, other] = await Promise.all([startFakeHub(), startFakeHub()]);
  folder = mkdtempSync(join(tmpdir(), "rlvr-hostile-hub-"));
});
afterAll(async () => {
  await Promise.all([hub.close(), other.close()]);
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  cacheFolder = join(mkdtempSync(join(folder, "cache-")), "rlvr", "hub");
  for (const server of [hub, other]) {
    Object.assign(server, { fault: null, attack: {} });
    server.asked.length = 0;
    server.files.clear();
    server.files.set("me/sums@main/data/train.jsonl", CONTENT);
  }
  vi.stubEnv("HF_TOKEN", "");
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Fetches a file into the cache. */
export const fetchFile = (text = REFERENCE, hubUrl = hub.url): Promise<string> =>
  fetchHubFile(text, { hubUrl, cacheFolder });

/** The files below the folder that holds the cache. */
export const filesAround = (): string[] =>
  readdirSync(dirname(dirname(cacheFolder)), { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
