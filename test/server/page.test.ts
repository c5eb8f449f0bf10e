import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPage } from "../../src/server/page.ts";
import { openDatabase } from "../../src/tracking/database.ts";
import { serveDatabase, TEST_TOKEN, type TestDashboard } from "./dashboard-fixture.ts";

const INDEX = "<!doctype html><title>rlvr</title>";
let folder: string;
let dashboard: TestDashboard;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-page-"));
  const root = join(folder, "dist");
  mkdirSync(join(root, "assets"), { recursive: true });
  writeFileSync(join(root, "index.html"), INDEX);
  writeFileSync(join(root, "favicon.svg"), "<svg/>");
  writeFileSync(join(root, "assets/index-abc.js"), "1");
  writeFileSync(join(root, "assets/index-abc.css"), "a{}");
  writeFileSync(join(folder, "secret.txt"), "SECRET");
  symlinkSync(join(folder, "secret.txt"), join(root, "linked.txt"));
  symlinkSync(folder, join(root, "linked-folder"));
  const path = join(folder, "rlvr.db");
  openDatabase(path).$client.close();
  dashboard = await serveDatabase(path, { page: loadPage(root) });
});
afterAll(async () => {
  await dashboard.close();
  rmSync(folder, { recursive: true });
});

/** A request with the path as it is given: fetch would tidy it up. */
function get(path: string, method = "GET"): Promise<{ status: number; type: string; cache: string; body: string }> {
  const { hostname, port } = new URL(dashboard.url);
  return new Promise((resolve, reject) => {
    request(
      { hostname, port, path, method, headers: { authorization: `Bearer ${TEST_TOKEN}` }, agent: false },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        const { "content-type": type = "", "cache-control": cache = "" } = response.headers;
        response.on("end", () => resolve({ status: response.statusCode ?? 0, type, cache, body }));
      },
    )
      .on("error", reject)
      .end();
  });
}

describe("the page", () => {
  it("is served with the types and the caching of its files", async () => {
    expect(await get("/")).toEqual({ status: 200, type: "text/html; charset=utf-8", cache: "no-cache", body: INDEX });
    expect(await get("/assets/index-abc.js")).toMatchObject({
      type: expect.stringContaining("javascript") as unknown,
      cache: "public, max-age=31536000, immutable",
      body: "1",
    });
    expect((await get("/assets/index-abc.css")).type).toContain("text/css");
    expect((await get("/favicon.svg")).type).toContain("image/svg+xml");
  });

  it("answers paths of its own with its index, but no file that is gone", async () => {
    expect((await get("/runs/3/rollouts?arm=add")).body).toBe(INDEX);
    expect((await get("/assets/index-old.js")).status).toBe(404);
    expect((await get("/runs", "POST")).status).toBe(404);
    expect(await get("/runs", "HEAD")).toMatchObject({ status: 200, body: "" });
  });

  it.each([
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/assets/../../secret.txt",
    "/assets/%2e%2e/%2e%2e/secret.txt",
    "/%252e%252e/secret.txt",
    "/secret.txt%00.html",
    "/%00",
    "//secret.txt",
    "/linked.txt",
    "/linked-folder/secret.txt",
    "/./../secret.txt",
    "/%c0%ae%c0%ae/secret.txt",
    "/file:///etc/passwd",
    "http://127.0.0.1/../secret.txt",
  ])("serves nothing outside of its folder for %s", async (path) => {
    const answer = await get(path);
    expect(answer.body).not.toContain("SECRET");
    // Its own index, or that there is nothing.
    expect([`200 ${INDEX}`, "400", "404"]).toContain(answer.status === 200 ? `200 ${answer.body}` : `${answer.status}`);
  });

  it("has no place among the API's paths", async () => {
    expect((await get("/api/index.html")).status).toBe(404);
    expect((await get("/api/../index.html")).body).toBe(INDEX);
  });
});
