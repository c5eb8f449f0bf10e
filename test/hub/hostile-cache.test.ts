import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { fetchHubFile } from "../../src/hub/dataset/fetch-hub-file.ts";
import { cacheFolder, CONTENT, fetchFile, hub, REFERENCE } from "./dataset-hubs.ts";

describe("the cache", () => {
  const places = [
    "me",
    "me/sums",
    "me/sums/contents",
    "me/sums/revisions",
    "me/sums/revisions/main",
    "me/sums/revisions/main/data",
  ];

  test.each(places)("is refused where %s is a link", async (place) => {
    await fetchFile();
    const path = join(cacheFolder, "datasets", place);
    const elsewhere = join(dirname(dirname(cacheFolder)), "elsewhere");
    renameSync(path, elsewhere);
    symlinkSync(elsewhere, path);
    await expect(fetchFile()).rejects.toMatchObject({
      code: "unsafe_path",
      message: expect.stringContaining(path) as unknown,
    });
  });

  test.each(["a link to a file", "a link to nothing", "a folder"])(
    "is refused where %s stands for a content",
    async (what) => {
      const path = await fetchFile();
      const outside = join(dirname(dirname(cacheFolder)), "outside");
      if (what === "a link to a file") writeFileSync(outside, CONTENT);
      rmSync(path);
      if (what === "a folder") mkdirSync(path);
      else symlinkSync(outside, path);
      await expect(fetchFile()).rejects.toMatchObject({ code: "unsafe_path" });
      expect(lstatSync(outside, { throwIfNoEntry: false })?.size).toBe(
        what === "a link to a file" ? CONTENT.length : undefined,
      );
    },
  );

  test("is refused where others may write to it, and closed where they may read it", async () => {
    const path = await fetchFile();
    chmodSync(cacheFolder, 0o755);
    expect(await fetchFile()).toBe(path);
    expect(statSync(cacheFolder).mode & 0o777).toBe(0o700);
    chmodSync(cacheFolder, 0o777);
    await expect(fetchFile()).rejects.toMatchObject({ code: "unsafe_path" });
  });

  test("says where it cannot be made", async () => {
    writeFileSync(dirname(cacheFolder), "");
    await expect(fetchFile()).rejects.toMatchObject({
      code: "bad_usage",
      advice: expect.stringContaining("XDG_CACHE_HOME") as unknown,
    });
  });

  test.each(["replaced", "torn"])("fetches a content anew that was %s, and does without it offline", async (what) => {
    const path = await fetchFile();
    const damage = (): void =>
      writeFileSync(path, what === "torn" ? CONTENT.subarray(0, 9) : Buffer.alloc(CONTENT.length, "x"));
    damage();
    expect(readFileSync(await fetchFile())).toEqual(CONTENT);
    damage();
    hub.fault = "busy";
    await expect(fetchFile()).rejects.toMatchObject({ code: "hub_failed" });
  });

  test.each([
    "",
    "{",
    "null",
    '{"content":"../../../../../../secret","at":"2026-01-01T00:00:00.000Z"}',
    '{"content":"{hash}","at":"\\u001b[2Jx"}',
    '{"content":7}',
  ])("asks anew where its record is %s", async (record) => {
    const path = await fetchFile();
    writeFileSync(join(dirname(dirname(cacheFolder)), "secret"), "the key");
    const kept = join(cacheFolder, "datasets/me/sums/revisions/main/data/train.jsonl.json");
    writeFileSync(kept, record.replace("{hash}", basename(path)));
    hub.fault = "busy";
    await expect(fetchFile()).rejects.toMatchObject({ code: "hub_failed" });
    hub.fault = null;
    expect(await fetchFile()).toBe(path);
  });
});

test("a reference means the names that it has, encoded or not", async () => {
  const name = "%2e%2e/a?b#c/100%";
  hub.files.set(`me/sums@main/${name}`, CONTENT);
  hub.attack = {
    answer: ({ url }, response) => {
      if (url?.startsWith("/datasets/") !== true) return false;
      response.end(CONTENT);
      return true;
    },
  };
  const path = await fetchFile(`hf://datasets/me/sums/${name}`);
  expect(path.startsWith(cacheFolder)).toBe(true);
  expect(hub.asked.at(-1)?.url).toBe("/datasets/me/sums/resolve/main/%252e%252e/a%3Fb%23c/100%25");
});

describe("the environment", () => {
  test.each([
    "http://user:s3cret@127.0.0.1",
    "https://hf_s3cret@huggingface.co",
    "https://huggingface.co/?key=s3cret",
    "https://huggingface.co/#s3cret",
    "ftp://user:s3cret@huggingface.co",
    "file:///folder",
    "huggingface.co",
  ])("HF_ENDPOINT=%s is refused", async (endpoint) => {
    vi.stubEnv("HF_ENDPOINT", endpoint);
    const refusal: unknown = await fetchHubFile(REFERENCE, { cacheFolder }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "bad_usage", message: expect.stringContaining("HF_ENDPOINT") as unknown });
    expect(String(refusal)).not.toContain("s3cret");
  });

  test("an empty HF_ENDPOINT is none, and a slash at its end does not matter", async () => {
    vi.stubEnv("HF_ENDPOINT", `${hub.url}/`);
    expect(readFileSync(await fetchHubFile(REFERENCE, { cacheFolder }))).toEqual(CONTENT);
    expect(hub.asked[0]?.url).toBe("/api/datasets/me/sums/paths-info/main");
    vi.stubEnv("HF_ENDPOINT", "");
    vi.stubGlobal("fetch", (url: URL) => Promise.reject(new Error(url.origin)));
    await expect(fetchHubFile("hf://datasets/me/sums/other", { cacheFolder })).rejects.toThrow(
      "https://huggingface.co",
    );
  });

  test("a token does not go over a network in the clear", async () => {
    vi.stubEnv("HF_TOKEN", "hf_secret");
    const fetched = vi.fn<() => Promise<never>>(() => Promise.reject(new Error("asked")));
    vi.stubGlobal("fetch", fetched);
    await expect(fetchFile(REFERENCE, "http://hub.invalid")).rejects.toMatchObject({
      code: "bad_usage",
      message: expect.not.stringContaining("hf_secret") as unknown,
    });
    expect(fetched).not.toHaveBeenCalled();
  });

  test("a token that no header can hold stands in no message", async () => {
    vi.stubEnv("HF_TOKEN", "hf_secret\nx: y");
    const refusal: unknown = await fetchFile().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "bad_usage" });
    expect(String(refusal)).not.toContain("hf_secret");
  });
});
