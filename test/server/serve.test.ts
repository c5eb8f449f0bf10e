import BetterSqlite3 from "better-sqlite3";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
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
  use: (link: string) => Promise<T>,
  env: NodeJS.ProcessEnv = {},
): Promise<{ answer: T; code: number | null }> {
  const { promise: line, resolve } = Promise.withResolvers<string>();
  const server = startRlvr(["serve", "--db", path, "--port", "0", "--json", ...options], {
    cwd: folder,
    env,
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

/** Where a link leads, and the header that a program sends instead of opening it. */
function partsOf(link: string): { url: string; token: string; headers: Record<string, string> } {
  const { origin, searchParams } = new URL(link);
  const token = searchParams.get("token") ?? "";
  return { url: `${origin}/`, token, headers: { authorization: `Bearer ${token}` } };
}

describe("rlvr serve", () => {
  it("serves page and API beside a writer, and ends at Ctrl-C with its streams", async () => {
    const { answer, code } = await serving([], async (link) => {
      const { url, headers } = partsOf(link);
      const writer = new BetterSqlite3(path);
      const live = await fetch(`${url}api/live`, { headers });
      writer.exec("INSERT INTO problem_sets (sha256, path) VALUES ('x', 'x')");
      writer.close();
      const page = await fetch(url, { headers });
      expect(page.headers.get("content-type")).toContain("text/html");
      expect(await page.text()).toContain('<script type="module"');
      return [live.status, await (await fetch(`${url}api/runs`, { headers })).json()];
    });
    expect(answer).toEqual([200, []]);
    expect(code).toBe(0);
  });

  it("asks for a token on loopback, a random one at each start, and prints the link with it", async () => {
    const look = async (link: string): Promise<string> => {
      expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/);
      const { url, token, headers } = partsOf(link);
      expect((await fetch(`${url}api/runs`)).status).toBe(401);
      expect((await fetch(`${url}api/runs`, { headers })).status).toBe(200);
      return token;
    };
    const first = await serving([], look);
    const second = await serving([], look);
    expect(second.answer).not.toBe(first.answer);
  });

  it("takes the token from the environment, and beyond loopback prints an address that others can open", async () => {
    const token = "a-token/of&sixteen+";
    const look = async (link: string): Promise<unknown[]> => {
      const { url, headers } = partsOf(link);
      expect(new URL(url).hostname).not.toBe("0.0.0.0");
      const local = `http://127.0.0.1:${new URL(url).port}/api/runs`;
      return [partsOf(link).token, (await fetch(local)).status, (await fetch(local, { headers })).status];
    };
    const options = ["--host", "0.0.0.0", "--token-env", "DASHBOARD"];
    expect((await serving(options, look, { DASHBOARD: token })).answer).toEqual([token, 401, 200]);
  });

  it.each([
    [["--token-env", "DASHBOARD"], "", "DASHBOARD, which --token-env names, is not set"],
    [["--token-env", "constructor"], "", "constructor, which --token-env names, is not set"],
    [["--token-env", "DASHBOARD"], "short", "can be guessed"],
    [["--token-env", "DASHBOARD"], "sixteen letters with spaces", "a header cannot carry it"],
    [["--token", "a-token-of-sixteen"], "", "every user of the machine can read a command line"],
  ])("refuses %j with %j in the environment", async (options, token, message) => {
    const { code, stderr, stdout } = await rlvr(["serve", "--db", path, ...options], folder, {
      env: { DASHBOARD: token },
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr + stdout).not.toContain("a-token-of-sixteen");
  });

  it("opens the browser by a private file, as other users can read the arguments of a process", async () => {
    const bin = join(folder, "bin");
    const told = join(folder, "told");
    mkdirSync(bin);
    const script = `#!/bin/sh\nstat -c %a "$@" "$(dirname "$1")" > ${told}.part\necho "$@" >> ${told}.part\ncat "$@" >> ${told}.part\nmv ${told}.part ${told}\n`;
    writeFileSync(join(bin, "xdg-open"), script);
    chmodSync(join(bin, "xdg-open"), 0o755);
    const { answer } = await serving(
      ["--open"],
      async (link) => {
        while (!existsSync(told)) await sleep(20);
        return link;
      },
      { PATH: `${bin}:${process.env["PATH"]}` },
    );
    const [file, parent, argument = "", ...html] = readFileSync(told, "utf8").split("\n");
    expect([file, parent]).toEqual(["600", "700"]);
    expect(argument).toMatch(/^\/\S+\/dashboard\.html$/);
    expect(html.join("\n")).toContain(`content="0;url=${answer}"`);
    expect(existsSync(argument)).toBe(false);
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
