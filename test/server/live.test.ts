import BetterSqlite3 from "better-sqlite3";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { Change } from "../../src/server/answers.ts";
import { openDatabase } from "../../src/tracking/database.ts";
import { serveDatabase, type TestDashboard } from "./dashboard-fixture.ts";

let folder: string;
let writer: BetterSqlite3.Database;
let dashboard: TestDashboard;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-live-"));
  const path = join(folder, "rlvr.db");
  openDatabase(path).$client.close();
  writer = new BetterSqlite3(path);
  writer.pragma("foreign_keys = OFF");
});
afterAll(() => {
  writer.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  dashboard = await serveDatabase(join(folder, "rlvr.db"));
});
afterEach(() => dashboard.close());

const tell = (type: string): void =>
  void writer
    .prepare("INSERT INTO events (run_id, step, type, at, data) VALUES (1, 2, ?, 'then', '{\"x\":1}')")
    .run(type);

/** A listener: its messages as they come, and what ends it. */
async function listen(headers: Record<string, string> = {}, from = dashboard) {
  const controller = new AbortController();
  const response = await from.ask("api/live", { headers, signal: controller.signal });
  const waiting: EventSourceMessage[] = [];
  let comments = 0;
  let wake = (): void => undefined;
  const parser = createParser({
    onEvent: (event) => (waiting.push(event), wake()),
    onComment: () => (comments++, wake()),
  });
  const ended = (async () => {
    for await (const chunk of response.body ?? []) parser.feed(Buffer.from(chunk).toString());
  })().catch(() => undefined);
  /** Waits for the next message, however long the poll takes; a stream that ends is no message. */
  const next = async (): Promise<Change & { readonly eventId: string | undefined }> => {
    while (waiting.length === 0) {
      const woken = new Promise<"woken">((resolve) => (wake = () => resolve("woken")));
      if ((await Promise.race([woken, ended.then(() => "ended")])) === "ended") throw new Error("the stream ended");
    }
    const { event, data, id } = waiting.shift() as EventSourceMessage;
    expect(event).toBe("change");
    return { ...(JSON.parse(data) as Change), eventId: id };
  };
  const opened = async (): Promise<void> => {
    while (comments === 0) await new Promise<void>((resolve) => (wake = resolve));
  };
  await opened();
  return { response, next, ended, close: () => controller.abort() };
}

test("another connection's commits are told with their events, and only those after it began to listen", async () => {
  tell("before");
  const listener = await listen();
  expect(listener.response.headers.get("content-type")).toContain("text/event-stream");
  tell("first");
  const change = await listener.next();
  expect(change.events.map(({ type, runId, step, data }) => [type, runId, step, data])).toEqual([
    ["first", 1, 2, { x: 1 }],
  ]);
  tell("second");
  const again = await listener.next();
  expect(again.events.map(({ type }) => type)).toEqual(["second"]);
  expect(again.dataVersion).not.toBe(change.dataVersion);
  listener.close();
});

test("a commit without an event is a change too", async () => {
  const listener = await listen();
  writer.exec("INSERT INTO problem_sets (sha256, path) VALUES ('x', 'x')");
  expect((await listener.next()).events).toEqual([]);
  listener.close();
});

test("of many events the newest hundred are told", async () => {
  const listener = await listen();
  writer.transaction(() => {
    for (let index = 0; index < 250; index++) tell(`event ${index}`);
  })();
  const { events } = await listener.next();
  expect(events).toHaveLength(100);
  expect(events.at(-1)?.type).toBe("event 249");
  listener.close();
});

test("whoever comes back is told at once what was missed", async () => {
  const first = await listen();
  tell("seen");
  const { eventId } = await first.next();
  first.close();
  tell("missed");
  const second = await listen({ "last-event-id": eventId ?? "" });
  expect((await second.next()).events.map(({ type }) => type)).toEqual(["missed"]);
  second.close();
});

test("several listen at once, each to all", async () => {
  const listeners = await Promise.all([listen(), listen(), listen()]);
  tell("for all");
  for (const listener of listeners) {
    expect((await listener.next()).events.map(({ type }) => type)).toEqual(["for all"]);
    listener.close();
  }
  expect(dashboard.faults).toEqual([]);
});

test("whoever comes back is told once of what happens meanwhile", async () => {
  const first = await listen();
  tell("seen");
  const { eventId } = await first.next();
  tell("meanwhile");
  const second = await listen({ "last-event-id": eventId ?? "" });
  tell("last");
  const told: string[] = [];
  while (told.at(-1) !== "last") told.push(...(await second.next()).events.map(({ type }) => type));
  expect(told).toEqual(["meanwhile", "last"]);
  first.close();
  second.close();
});

test("HEAD, whose asker reads no stream, is answered without listening to the database", async () => {
  const closed = openDatabase(join(folder, "rlvr.db"));
  closed.$client.close();
  const other = await serveDatabase(join(folder, "rlvr.db"), { db: closed });
  const head = await other.ask("api/live", { method: "HEAD" });
  expect([head.status, head.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  expect((await other.ask("api/live")).status).toBe(500);
  expect(other.faults).toHaveLength(1);
  await other.close();
});

test("a database that was deleted, and made anew, is told of and no longer answered from", async () => {
  const path = join(folder, "deleted.db");
  openDatabase(path).$client.close();
  const other = await serveDatabase(path);
  const listener = await listen({}, other);
  expect(await other.get("runs")).toEqual([]);
  for (const name of readdirSync(folder).filter((each) => each.startsWith("deleted.db"))) rmSync(join(folder, name));
  await listener.next();
  openDatabase(path).$client.close();
  await expect(other.get("runs")).rejects.toThrow(/503 .*deleted or replaced/);
  listener.close();
  await other.close();
});

test("the end of the server ends its streams", async () => {
  const other = await serveDatabase(join(folder, "rlvr.db"));
  const response = await other.ask("api/live");
  const reader = response.body?.getReader();
  await reader?.read();
  await other.close();
  await expect(
    (async () => {
      while (!((await reader?.read())?.done ?? true));
    })().catch(() => "cut"),
  ).resolves.not.toThrow();
});
