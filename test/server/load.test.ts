import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request, type ClientRequest, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import BetterSqlite3 from "better-sqlite3";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Fault } from "../../src/server/answers.ts";
import { DASHBOARD_LIMITS } from "../../src/server/connection-limits.ts";
import { openDatabase } from "../../src/tracking/database.ts";
import { childrenOf } from "../support/rlvr-process.ts";
import { serveDatabase, TEST_TOKEN, type TestDashboard } from "./dashboard-fixture.ts";

const RUNAWAY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
const SLOW_MACHINE = { timeout: 30_000 };
const LET_IN = { authorization: `Bearer ${TEST_TOKEN}` };

const folder = mkdtempSync(join(tmpdir(), "rlvr-load-"));
const path = join(folder, "rlvr.db");
let dashboard: TestDashboard | undefined;
beforeAll(() => openDatabase(path).$client.close());
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  await dashboard?.close();
});

/** Opens a stream of changes, on a connection of its own. */
function openStream({ url }: TestDashboard): Promise<{ readonly sent: ClientRequest; readonly got: IncomingMessage }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}api/live`, { headers: LET_IN, agent: false }, (got) => resolve({ sent, got }));
    sent.on("error", reject).end();
  });
}

async function connected({ url }: TestDashboard): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

const isOpen = ({ closed }: Socket): boolean => !closed;

test("caps 300 streams and 20 runaway queries of one client, and goes on answering another", async () => {
  const served = (dashboard = await serveDatabase(path));
  const streams = await Promise.all(Array.from({ length: 300 }, () => openStream(served)));
  const refused = streams.filter(({ got }) => got.statusCode === 503);
  expect(refused).toHaveLength(250);
  expect(refused[0]?.got.headers).toMatchObject({ "retry-after": "5", connection: "close" });
  const [text] = (await once(refused[0]!.got.setEncoding("utf8"), "data")) as [string];
  expect((JSON.parse(text) as Fault).error).toMatchObject({ code: "busy", retryable: true });

  const controller = new AbortController();
  const json = { ...LET_IN, "content-type": "application/json" };
  const post = { method: "POST", headers: json, body: JSON.stringify({ sql: RUNAWAY }), signal: controller.signal };
  const statuses: number[] = [];
  const asked = Array.from({ length: 20 }, () =>
    served.ask("api/sql", post).then(
      ({ status }) => statuses.push(status),
      () => undefined,
    ),
  );
  await expect.poll(() => statuses.length, SLOW_MACHINE).toBe(17);
  expect(new Set(statuses)).toEqual(new Set([503]));
  const queries = childrenOf(process.pid).filter(({ command }) => command.includes("read-only-query-process"));
  expect(queries).toHaveLength(3);
  // Field 19 of a process's state, after its name in brackets: how much it gives way to others (Linux).
  const niceness = ({ pid }: { readonly pid: number }): number =>
    Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[16]);
  await expect.poll(() => queries.map(niceness), SLOW_MACHINE).toEqual([10, 10, 10]);

  expect(await served.get("runs")).toEqual([]);
  expect(await served.get("queries")).not.toEqual([]);
  controller.abort();
  await Promise.all(asked);
  for (const { sent } of streams) sent.destroy();
  await expect
    .poll(async () => {
      const { sent, got } = await openStream(served);
      sent.destroy();
      return got.statusCode;
    }, SLOW_MACHINE)
    .toBe(200);
});

test("keeps nobody out for connections that somebody holds open: closes the longest idle one", async () => {
  const served = (dashboard = await serveDatabase(path, {}, { ...DASHBOARD_LIMITS, most: 8 }));
  const stream = await openStream(served);
  const idle: Socket[] = [];
  for (let index = 0; index < 20; index++) idle.push(await connected(served));
  expect(await served.get("runs")).toEqual([]);
  await expect.poll(() => idle.filter(isOpen).length, SLOW_MACHINE).toBeLessThanOrEqual(7);
  expect(isOpen(idle[0]!)).toBe(false);
  // An answer in progress goes on as long as an idle connection can be closed.
  expect(stream.got.socket.destroyed).toBe(false);
  stream.sent.destroy();
});

test("closes connections that send their request in drops", async () => {
  const served = (dashboard = await serveDatabase(path, {}, { ...DASHBOARD_LIMITS, headersMs: 300, requestMs: 600 }));
  const silent = await connected(served);
  const headers = await connected(served);
  headers.write("GET /api/runs HTTP/1.1\r\nhost: 127.0.0.1\r\n");
  const body = await connected(served);
  const head = `POST /api/sql HTTP/1.1\r\nhost: ${new URL(served.url).host}\r\nauthorization: Bearer ${TEST_TOKEN}`;
  body.write(`${head}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`);
  const drops = setInterval(() => [headers, body].filter(isOpen).forEach((socket) => socket.write("x")), 50);
  for (const socket of [silent, headers, body]) {
    socket.resume();
    if (isOpen(socket)) await once(socket, "close");
  }
  clearInterval(drops);
  expect(await served.get("runs")).toEqual([]);
});

test("closes a stream that its client does not read, and buffers few changes for it", async () => {
  const writer = new BetterSqlite3(path);
  writer.pragma("foreign_keys = OFF");
  const tell = writer.prepare("INSERT INTO events (run_id, step, type, at, data) VALUES (1, 2, 'big', 'then', ?)");
  const served = (dashboard = await serveDatabase(path, {}, { ...DASHBOARD_LIMITS, silenceMs: 1500 }));
  const { got, sent } = await openStream(served);
  got.pause();
  let ended = false;
  sent.on("close", () => (ended = true)).on("error", () => undefined);
  const before = process.memoryUsage().rss;
  const data = JSON.stringify({ text: "x".repeat(200_000) });
  for (let round = 0; round < 60 && !ended; round++) {
    writer.transaction(() => {
      for (let index = 0; index < 20; index++) tell.run(data);
    })();
    await sleep(100);
    // A client that reads nothing does not see the end until it reads on.
    if (round > 30) got.resume();
  }
  writer.close();
  expect(ended).toBe(true);
  expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
  expect(served.faults).toEqual([]);
});
