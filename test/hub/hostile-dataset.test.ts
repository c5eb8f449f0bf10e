import { createHash } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { fetchHubFile } from "../../src/hub/dataset/fetch-hub-file.ts";
import { startFakeHub, type FakeHub } from "./fake-hub.ts";

const REFERENCE = "hf://datasets/me/sums/data/train.jsonl";
const CONTENT = Buffer.from('{"problem":"1 + 1","answer":"2"}\n'.repeat(100));
const LENGTH = 64 * 1024 * 1024;

let hub: FakeHub;
let other: FakeHub;
let folder: string;
let cacheFolder: string;
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

const fetchFile = (text = REFERENCE, hubUrl = hub.url): Promise<string> => fetchHubFile(text, { hubUrl, cacheFolder });

/** The files below the folder that holds the cache. */
const filesAround = (): string[] =>
  readdirSync(dirname(dirname(cacheFolder)), { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));

/** Sends so many bytes as fast as they are taken; `sent` counts them. */
function flood(response: ServerResponse, bytes: number): { sent: number } {
  const progress = { sent: 0 };
  const chunk = Buffer.alloc(64 * 1024, " ");
  const go = (): void => {
    while (progress.sent < bytes && !response.destroyed) {
      progress.sent += chunk.length;
      if (!response.write(chunk)) return void response.once("drain", go);
    }
    response.end();
  };
  go();
  return progress;
}

describe("what a hub says of a file", () => {
  const large = createHash("sha256").update(CONTENT).digest("hex");

  test.each<[string, (outside: string) => unknown]>([
    ["a path out of the cache", () => "../../../../../../secret"],
    ["an absolute path", (outside) => outside],
    ["a file of its folder", () => "."],
    ["upper case", () => large.toUpperCase()],
    ["a hash that goes on", () => `${large}/../x`],
    ["a hash that ends in a line", () => `${large}\n`],
    ["a hash that is too short", () => large.slice(1)],
    ["NUL", () => `${large.slice(0, 39)}\0`],
    ["no text", () => 7],
    ["nothing", () => undefined],
  ])("is refused where the hash is %s", async (_, hash) => {
    const outside = join(dirname(dirname(cacheFolder)), "secret");
    writeFileSync(outside, "the key");
    for (const isLarge of [true, false]) {
      const oid = hash(outside);
      hub.attack = {
        listing: (truth) => (isLarge ? { ...truth, lfs: { oid, size: 7 } } : { ...truth, oid, size: 7, lfs: null }),
      };
      await expect(fetchFile()).rejects.toMatchObject({ code: "hub_failed" });
    }
    expect(filesAround()).toEqual([outside]);
  });

  test.each([-1, 0.5, 2 ** 53, 1e308, "10", null])("is refused where the size is %s", async (size) => {
    hub.attack = { listing: (truth) => ({ ...truth, lfs: { ...(truth["lfs"] as object), size } }) };
    await expect(fetchFile()).rejects.toMatchObject({
      code: "hub_failed",
      message: expect.stringContaining("size") as unknown,
    });
  });

  test("is not believed where the disk has no room for it", async () => {
    hub.attack = { listing: (truth) => ({ ...truth, lfs: { ...(truth["lfs"] as object), size: 1e15 } }) };
    await expect(fetchFile()).rejects.toMatchObject({
      code: "disk_full",
      message: expect.stringMatching(/has 1000\.0 TB, and the disk .* has [\d.]+ [GT]B left/) as unknown,
    });
    expect(hub.asked).toHaveLength(1);
  });

  test.each(["[", "<html>", "{}", "[[]]", '[{"type":"file"}]', ""])("is refused as %s", async (text) => {
    hub.attack = { answer: (_, response) => (response.end(text), true) };
    await expect(fetchFile()).rejects.toMatchObject({ code: "hub_failed" });
  });

  test("is read to a cap, whatever its length", async () => {
    let progress = { sent: 0 };
    hub.attack = { answer: (_, response) => ((progress = flood(response, LENGTH)), true) };
    await expect(fetchFile()).rejects.toMatchObject({
      message: expect.stringContaining("more than 65536 bytes") as unknown,
    });
    expect(progress.sent).toBeLessThan(LENGTH / 2);
  });

  test("is not read where it refuses", async () => {
    let progress = { sent: 0 };
    hub.attack = {
      answer: (_, response) => {
        response.writeHead(500, { "content-type": "application/json" });
        progress = flood(response, LENGTH);
        return true;
      },
    };
    await expect(fetchFile()).rejects.toMatchObject({ message: expect.stringMatching(/HTTP 500$/) as unknown });
    expect(progress.sent).toBeLessThan(LENGTH / 2);
  });
});

describe("a download", () => {
  test("ends where it is longer than announced", async () => {
    let progress = { sent: 0 };
    hub.attack = {
      answer: ({ url }, response) => {
        if (url?.startsWith("/cdn/") !== true) return false;
        progress = flood(response, LENGTH);
        return true;
      },
    };
    await expect(fetchFile()).rejects.toMatchObject({
      message: expect.stringContaining(`more than ${CONTENT.length} bytes`) as unknown,
    });
    expect(progress.sent).toBeLessThan(LENGTH / 2);
    expect(filesAround()).toEqual([]);
  });

  test.each(["/cdn/", "/datasets/", "/api/"])(
    "ends where %s stands still, or sends a byte now and then",
    async (at) => {
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
      let isDripping = false;
      hub.attack = {
        answer: ({ url }, response) => {
          if (url?.startsWith(at) !== true) return false;
          response.write("x");
          isDripping = true;
          return true;
        },
      };
      const refused = expect(fetchFile()).rejects.toMatchObject({
        code: "hub_failed",
        retryable: true,
        message: expect.stringMatching(/too slow at data\/train\.jsonl .*: \d+ bytes in 30 s/) as unknown,
      });
      while (!isDripping) await sleep(5);
      // The head of an answer counts as progress, once.
      while (vi.getTimerCount() > 0) {
        await sleep(20);
        vi.advanceTimersByTime(30_000);
      }
      await refused;
    },
  );

  test("is kept for its user alone", async () => {
    const before = process.umask(0);
    try {
      const path = await fetchFile();
      expect(statSync(path).mode & 0o777).toBe(0o600);
      for (let at = dirname(path); at !== dirname(cacheFolder); at = dirname(at)) {
        expect([at, statSync(at).mode & 0o777]).toEqual([at, 0o700]);
      }
    } finally {
      process.umask(before);
    }
  });
});

describe("a redirect", () => {
  test.each(["", "Hit from cloudfront"])("takes no token to another server (x-cache: %s)", async (cache) => {
    vi.stubEnv("HF_TOKEN", "hf_secret");
    hub.attack = {
      answer: ({ url }, response) => (response.writeHead(307, { location: `${other.url}${url}` }).end(), true),
    };
    other.attack = { answer: (_, response) => (response.setHeader("x-cache", cache), false) };
    expect(readFileSync(await fetchFile())).toEqual(CONTENT);
    expect(new Set(hub.asked.map(({ token }) => token))).toEqual(new Set(["hf_secret"]));
    expect(new Set(other.asked.map(({ token }) => token))).toEqual(new Set([undefined]));
  });

  test("takes no token back to the hub", async () => {
    vi.stubEnv("HF_TOKEN", "hf_secret");
    hub.attack = {
      answer: ({ url }, response) => {
        if (url?.startsWith("/cdn/") !== true) return false;
        response.writeHead(302, { location: `${other.url}/away` }).end();
        return true;
      },
    };
    other.attack = { answer: (_, response) => (response.writeHead(302, { location: `${hub.url}/log` }).end(), true) };
    await expect(fetchFile()).rejects.toMatchObject({ code: "missing_file" });
    expect(hub.asked.at(-1)).toEqual({ method: "GET", url: "/log", token: undefined });
  });

  test.each(["file:///etc/passwd", "data:text/plain,x", "http://[", "ftp://127.0.0.1/x"])(
    "to %s is refused",
    async (location) => {
      hub.attack = { answer: (_, response) => (response.writeHead(302, { location }).end(), true) };
      await expect(fetchFile()).rejects.toMatchObject({
        code: "hub_failed",
        message: expect.stringContaining(location) as unknown,
      });
    },
  );

  test("of https does not reach a service of this machine", async () => {
    const fetched: string[] = [];
    vi.stubGlobal("fetch", (url: URL) => {
      fetched.push(url.href);
      return Promise.resolve(new Response(null, { status: 307, headers: { location: `${other.url}/admin` } }));
    });
    await expect(fetchFile(REFERENCE, "https://hub.invalid")).rejects.toMatchObject({
      message: expect.stringContaining("where no https:// URL leads") as unknown,
    });
    expect(fetched).toEqual(["https://hub.invalid/api/datasets/me/sums/paths-info/main"]);
  });

  test("that leads on for ever ends", async () => {
    hub.attack = { answer: ({ url }, response) => (response.writeHead(307, { location: `${url}x` }).end(), true) };
    await expect(fetchFile()).rejects.toMatchObject({
      message: expect.stringContaining("more than 5 times") as unknown,
    });
    expect(hub.asked).toHaveLength(6);
  });
});

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
