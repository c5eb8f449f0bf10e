import { request, type IncomingHttpHeaders } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { openDatabase } from "../../src/tracking/database.ts";
import { serveDatabase, TEST_TOKEN, type TestDashboard } from "./dashboard-fixture.ts";

const LET_IN = { authorization: `Bearer ${TEST_TOKEN}` };
let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-guards-"));
  path = join(folder, "rlvr.db");
  openDatabase(path).$client.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request with any headers, those too that fetch keeps to itself. */
function ask(
  dashboard: TestDashboard,
  path_: string,
  headers: Record<string, string> = {},
  method = "GET",
  body = "",
): Promise<Answer> {
  const { hostname, port } = new URL(dashboard.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path: path_, method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    })
      .on("error", reject)
      .end(body);
  });
}

describe("a dashboard on loopback", () => {
  let dashboard: TestDashboard;
  let port: string;
  beforeAll(async () => {
    dashboard = await serveDatabase(path);
    port = new URL(dashboard.url).port;
  });
  afterAll(() => dashboard.close());
  const askIn = (path_: string, headers: Record<string, string> = {}, method = "GET", body = ""): Promise<Answer> =>
    ask(dashboard, path_, { ...LET_IN, ...headers }, method, body);

  test.each(["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])("goes by the name %s", async (name) => {
    expect((await askIn("/api/runs", { host: `${name}:${port}` })).status).toBe(200);
  });

  test.each([
    ["a name that was made to point here", "evil.example"],
    ["a name that only begins like its own", "localhost.evil.example"],
    ["another address", "10.0.0.1"],
    ["its own behind a user", "localhost@evil.example"],
    ["its own behind a slash", "evil.example/localhost"],
  ])("refuses %s", async (_, host) => {
    expect((await askIn("/api/runs", { host })).status).toBeGreaterThanOrEqual(400);
  });

  it("refuses requests of other origins, and takes its own page's", async () => {
    const own = `http://127.0.0.1:${port}`;
    for (const origin of ["http://evil.example", "null", "http://127.0.0.1:1", "http://localhost:3000", "not a url"])
      expect((await askIn("/api/runs", { origin })).status).toBe(403);
    expect((await askIn("/api/runs", { origin: own })).status).toBe(200);
  });

  it("refuses data to what the browser marks as from elsewhere", async () => {
    for (const site of ["cross-site", "same-site"])
      expect((await askIn("/api/runs", { "sec-fetch-site": site })).status).toBe(403);
    for (const site of ["same-origin", "none"])
      expect((await askIn("/api/runs", { "sec-fetch-site": site })).status).toBe(200);
  });

  it("takes no POST that a form could send", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
      const answer = await askIn("/api/sql", { "content-type": type }, "POST", '{"sql":"SELECT 1"}');
      expect(answer.status).toBe(415);
    }
  });

  it("takes no body that is too large, no JSON or not what is wanted", async () => {
    const post = (body: string): Promise<Answer> =>
      askIn("/api/sql", { "content-type": "application/json" }, "POST", body);
    // The connection may be closed before all of it is sent, and the answer lost with it.
    const large = await post(JSON.stringify({ sql: "x".repeat(300_000) })).catch(() => undefined);
    expect(large?.status ?? 413).toBe(413);
    expect((await post("{")).status).toBe(400);
    expect((await post('{"sql": 1}')).status).toBe(400);
    expect(JSON.parse((await post('{"sql": "SELECT 1", "more": 1}')).body)).toMatchObject({
      error: { code: "bad_usage" },
    });
  });

  it("sends headers that hold the page to its own files", async () => {
    const { headers } = await askIn("/api/runs");
    expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self';");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["content-security-policy"]).not.toContain("unsafe-eval");
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-store",
    });
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("says what it has not", async () => {
    const answer = await askIn("/api/nothing");
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: "unknown_name" } });
    expect((await askIn("/api/runs", {}, "DELETE")).status).toBe(404);
  });

  it("tells nothing of a fault of its own", async () => {
    const broken = await serveDatabase(path, { trainerFiles: () => ({ heartbeat: null, log: null }) });
    const before = openDatabase(path);
    before.$client.exec("ALTER TABLE trainer_jobs RENAME TO gone");
    try {
      const answer = await ask(broken, "/api/runs/1/trainer", LET_IN);
      expect(answer.status).toBe(500);
      expect(answer.body).not.toContain("trainer_jobs");
      expect(String(broken.faults[0])).toContain("trainer_jobs");
    } finally {
      before.$client.exec("ALTER TABLE gone RENAME TO trainer_jobs");
      before.$client.close();
      await broken.close();
    }
  });
});

describe("the token of a dashboard", () => {
  let dashboard: TestDashboard;
  let cookie: string;
  beforeAll(async () => {
    dashboard = await serveDatabase(path);
    cookie = `rlvr-${new URL(dashboard.url).port}`;
  });
  afterAll(() => dashboard.close());

  it("is asked for on loopback, by data, page and files alike", async () => {
    const tries: Record<string, string>[] = [
      {},
      { authorization: "Bearer wrong" },
      { authorization: `Basic ${TEST_TOKEN}` },
      { cookie: `${cookie}=${TEST_TOKEN}x` },
      { cookie: `rlvr-1=${TEST_TOKEN}` },
    ];
    for (const headers of tries)
      for (const path_ of ["/", "/api/runs", "/api/live", "/api/sql", "/assets/index.js", "/?token=wrong"]) {
        const answer = await ask(dashboard, path_, headers);
        expect(answer.status).toBe(401);
        expect(answer.headers["cache-control"]).toBe("no-store");
        expect(answer.headers["set-cookie"]).toBeUndefined();
        expect(answer.body).not.toContain(TEST_TOKEN);
      }
  });

  it("tells a person how to get in, and a program by a fault", async () => {
    const accept = "text/html,application/xhtml+xml,*/*;q=0.8";
    const page = await ask(dashboard, "/runs/3", { accept });
    expect([page.status, page.headers["content-type"]]).toEqual([401, "text/html; charset=UTF-8"]);
    expect(page.body).toContain("<code>rlvr serve</code> prints");
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    for (const answer of [await ask(dashboard, "/api/runs", { accept }), await ask(dashboard, "/")])
      expect(JSON.parse(answer.body)).toMatchObject({
        error: { code: "unauthorized", advice: expect.stringContaining("Open the link") as unknown },
      });
  });

  it("lets in who sends it as a bearer", async () => {
    expect((await ask(dashboard, "/api/runs", LET_IN)).status).toBe(200);
  });

  it("moves from the address to a cookie that no script reads, and keeps the rest of the address", async () => {
    const answer = await ask(dashboard, `/runs/3?arm=a"b&token=${TEST_TOKEN}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('<meta http-equiv="refresh" content="0;url=/runs/3?arm=a%22b" />');
    expect(answer.body).not.toContain(TEST_TOKEN);
    expect(answer.headers).toMatchObject({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
    const set = answer.headers["set-cookie"]?.[0] ?? "";
    expect(set).toMatch(new RegExp(`^${cookie}=.*; HttpOnly; SameSite=Strict$`));
    expect((await ask(dashboard, "/api/runs", { cookie: set.split(";")[0] ?? "" })).status).toBe(200);
  });

  it.each(["//evil.example/", "/%5Cevil.example/", "/%22%3E%3Cscript%3E", "/javascript:alert(1)"])(
    "leads to no other site, and to no script, for %s",
    async (target) => {
      const { body } = await ask(dashboard, `${target}?token=${TEST_TOKEN}`);
      const [, led = ""] = /url=([^"]*)"/.exec(body) ?? [];
      expect(led).toMatch(/^\/[^/\\]/);
      expect(body).not.toContain("<script");
    },
  );
});

describe("a dashboard beyond loopback", () => {
  it("goes by addresses, but not by names of others", async () => {
    const dashboard = await serveDatabase(path, { host: "0.0.0.0" });
    expect((await ask(dashboard, "/api/runs", { ...LET_IN, host: "10.1.2.3:4600" })).status).toBe(200);
    expect((await ask(dashboard, "/api/runs", { ...LET_IN, host: "evil.example" })).status).toBe(403);
    await dashboard.close();
  });
});
