import { request, type IncomingHttpHeaders } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { openDatabase } from "../../src/tracking/database.ts";
import { serveDatabase, type TestDashboard } from "./dashboard-fixture.ts";

const TOKEN = "a-token-of-more-than-16";
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

  test.each(["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])("goes by the name %s", async (name) => {
    expect((await ask(dashboard, "/api/runs", { host: `${name}:${port}` })).status).toBe(200);
  });

  test.each([
    ["a name that was made to point here", "evil.example"],
    ["a name that only begins like its own", "localhost.evil.example"],
    ["another address", "10.0.0.1"],
    ["its own behind a user", "localhost@evil.example"],
    ["its own behind a slash", "evil.example/localhost"],
  ])("refuses %s", async (_, host) => {
    expect((await ask(dashboard, "/api/runs", { host })).status).toBeGreaterThanOrEqual(400);
  });

  it("refuses requests of other origins, and takes its own page's", async () => {
    const own = `http://127.0.0.1:${port}`;
    for (const origin of ["http://evil.example", "null", "http://127.0.0.1:1", "http://localhost:3000", "not a url"])
      expect((await ask(dashboard, "/api/runs", { origin })).status).toBe(403);
    expect((await ask(dashboard, "/api/runs", { origin: own })).status).toBe(200);
  });

  it("refuses data to what the browser marks as from elsewhere", async () => {
    for (const site of ["cross-site", "same-site"])
      expect((await ask(dashboard, "/api/runs", { "sec-fetch-site": site })).status).toBe(403);
    for (const site of ["same-origin", "none"])
      expect((await ask(dashboard, "/api/runs", { "sec-fetch-site": site })).status).toBe(200);
  });

  it("takes no POST that a form could send", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
      const answer = await ask(dashboard, "/api/sql", { "content-type": type }, "POST", '{"sql":"SELECT 1"}');
      expect(answer.status).toBe(415);
    }
  });

  it("takes no body that is too large, no JSON or not what is wanted", async () => {
    const post = (body: string): Promise<Answer> =>
      ask(dashboard, "/api/sql", { "content-type": "application/json" }, "POST", body);
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
    const { headers } = await ask(dashboard, "/api/runs");
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

  it("asks for no token, and says what it has not", async () => {
    const answer = await ask(dashboard, "/api/nothing");
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: "unknown_name" } });
    expect((await ask(dashboard, "/api/runs", {}, "DELETE")).status).toBe(404);
  });

  it("tells nothing of a fault of its own", async () => {
    const broken = await serveDatabase(path, { trainerFiles: () => ({ heartbeat: null, log: null }) });
    const before = openDatabase(path);
    before.$client.exec("ALTER TABLE trainer_jobs RENAME TO gone");
    try {
      const answer = await ask(broken, "/api/runs/1/trainer");
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

describe("a dashboard with a token", () => {
  let dashboard: TestDashboard;
  beforeAll(async () => {
    dashboard = await serveDatabase(path, { access: { token: TOKEN }, host: "0.0.0.0" });
  });
  afterAll(() => dashboard.close());

  it("refuses whoever has none, or a wrong one", async () => {
    const tries: Record<string, string>[] = [
      {},
      { authorization: "Bearer wrong" },
      { authorization: `Basic ${TOKEN}` },
      { cookie: `rlvr-${new URL(dashboard.url).port}=${TOKEN}x` },
    ];
    for (const headers of tries)
      for (const path_ of ["/", "/api/runs", "/api/live"]) {
        const answer = await ask(dashboard, path_, headers);
        expect(answer.status).toBe(401);
        expect(answer.body).not.toContain(TOKEN);
      }
    expect((await ask(dashboard, "/?token=wrong")).status).toBe(401);
  });

  it("lets in who sends it as a bearer", async () => {
    expect((await ask(dashboard, "/api/runs", { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  });

  it("moves it from the address to a cookie that no script reads, and keeps the rest of the address", async () => {
    const answer = await ask(dashboard, `/runs/3?arm=add&token=${TOKEN}`);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe("/runs/3?arm=add");
    const cookie = answer.headers["set-cookie"]?.[0] ?? "";
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
    expect((await ask(dashboard, "/api/runs", { cookie: cookie.split(";")[0] ?? "" })).status).toBe(200);
  });

  it("sends nobody to another site", async () => {
    const answer = await ask(dashboard, `//evil.example/?token=${TOKEN}`);
    expect(new URL(answer.headers.location ?? "", dashboard.url).host).toBe(new URL(dashboard.url).host);
  });

  it("goes by addresses, beyond loopback, but not by names of others", async () => {
    const authorization = `Bearer ${TOKEN}`;
    expect((await ask(dashboard, "/api/runs", { authorization, host: "10.1.2.3:4600" })).status).toBe(200);
    expect((await ask(dashboard, "/api/runs", { authorization, host: "evil.example" })).status).toBe(403);
  });
});
