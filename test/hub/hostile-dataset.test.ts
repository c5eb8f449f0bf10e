import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { cacheFolder, CONTENT, fetchFile, filesAround, hub, other, REFERENCE } from "./dataset-hubs.ts";

const LENGTH = 64 * 1024 * 1024;

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
