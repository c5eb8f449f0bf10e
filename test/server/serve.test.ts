import BetterSqlite3 from "better-sqlite3";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../src/tracking/database.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { startRlvr } from "../support/rlvr-process.ts";

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-serve-"));
  path = join(folder, "rlvr.db");
  openDatabase(path).$client.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts `rlvr serve` on a free port, asks something of it, and ends it as a person does. */
async function serving<T>(
  options: readonly string[],
  use: (url: string) => Promise<T>,
): Promise<{ answer: T; code: number | null }> {
  const { promise: line, resolve } = Promise.withResolvers<string>();
  const server = startRlvr(["serve", "--db", path, "--port", "0", "--json", ...options], {
    cwd: folder,
    onLine: resolve,
  });
  const first = await Promise.race([line, server.ended.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
  try {
    const answer = await use((JSON.parse(first) as { url: string }).url);
    server.child.kill("SIGINT");
    return { answer, code: (await server.ended).code };
  } finally {
    server.child.kill("SIGKILL");
  }
}

describe("rlvr serve", () => {
  it("serves page and API on loopback without a token, beside a writer, and ends at Ctrl-C with its streams", async () => {
    const { answer, code } = await serving([], async (url) => {
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
      const writer = new BetterSqlite3(path);
      const live = await fetch(`${url}api/live`);
      writer.exec("INSERT INTO problem_sets (sha256, path) VALUES ('x', 'x')");
      writer.close();
      const page = await fetch(url);
      expect(page.headers.get("content-type")).toContain("text/html");
      expect(await page.text()).toContain('<script type="module"');
      return [live.status, await (await fetch(`${url}api/runs`)).json()];
    });
    expect(answer).toEqual([200, []]);
    expect(code).toBe(0);
  });

  it("asks for a token beyond loopback, a random one each time, and prints the address with it", async () => {
    const look = async (url: string): Promise<string> => {
      const { hostname, port, searchParams } = new URL(url);
      // Not what it listens on, which other machines cannot open.
      expect(hostname).not.toBe("0.0.0.0");
      expect((await fetch(url, { redirect: "manual" })).status).toBe(303);
      const token = searchParams.get("token") ?? "";
      const own = `http://127.0.0.1:${port}/api/runs`;
      expect((await fetch(own)).status).toBe(401);
      expect((await fetch(own, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
      return token;
    };
    const first = await serving(["--host", "0.0.0.0"], look);
    const second = await serving(["--host", "0.0.0.0"], look);
    expect(first.answer).toMatch(/^[\w-]{32}$/);
    expect(second.answer).not.toBe(first.answer);
  });

  it("takes the token that it is given, on loopback too, but none that can be guessed", async () => {
    const { answer } = await serving(["--token", "a-token-of-sixteen"], async (url) =>
      new URL(url).searchParams.get("token"),
    );
    expect(answer).toBe("a-token-of-sixteen");
    const short = await rlvr(["serve", "--db", path, "--token", "short"], folder);
    expect(short.code).toBe(2);
    expect(short.stderr).toContain("can be guessed");
  });

  it("refuses a database of an older version, and leaves it as it is", async () => {
    const old = join(folder, "old.db");
    openDatabase(old).$client.close();
    const sqlite = new BetterSqlite3(old);
    sqlite.exec(
      "DELETE FROM __drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM __drizzle_migrations)",
    );
    sqlite.pragma("user_version = 4");
    sqlite.close();
    const { code, stderr } = await rlvr(["serve", "--db", old], folder);
    expect(code).toBe(2);
    expect(stderr).toContain("written by an older version of rlvr");
    expect(stderr).toContain("rlvr resume --db");
    const after = new BetterSqlite3(old, { readonly: true });
    expect(after.pragma("user_version", { simple: true })).toBe(4);
    after.close();
  });

  it("says what is wrong with a database, a port or an address", async () => {
    const missing = await rlvr(["serve", "--db", "nowhere.db"], folder);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("there is no database")]);
    const port = await rlvr(["serve", "--db", path, "--port", "70000"], folder);
    expect([port.code, port.stderr]).toEqual([2, expect.stringContaining("0 to 65535")]);
    const address = await rlvr(["serve", "--db", path, "--port", "0", "--host", "192.0.2.1"], folder);
    expect([address.code, address.stderr]).toEqual([2, expect.stringContaining("no address of this machine")]);
  });
});
