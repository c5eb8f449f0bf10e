import Database from "better-sqlite3";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { rlvr } from "../support/rlvr-in-process.ts";
import type { Ended } from "../support/rlvr-process.ts";
import { startFakeTeacher, type FakeTeacher, type ReceivedRequest } from "./fake-teacher.ts";

/** The key that the teacher is asked with. */
export const KEY = "sk-secret-of-this-test";

/** The folder of a test, made anew for each. */
export let folder: string;
let teachers: FakeTeacher[];
beforeEach(() => {
  makeFolder();
  teachers = [];
});
afterEach(async () => {
  // One that a test has closed says so.
  await Promise.allSettled(teachers.map((teacher) => teacher.close()));
  rmSync(folder, { recursive: true });
});

/** Makes the folder, where there is something to do before the first test. */
export function makeFolder(): void {
  folder = mkdtempSync(join(tmpdir(), "rlvr-hint-"));
}

/** A teacher that is closed after the test. */
export async function start(...options: Parameters<typeof startFakeTeacher>): Promise<FakeTeacher> {
  const teacher = await startFakeTeacher(...options);
  teachers.push(teacher);
  return teacher;
}

/** Writes a set of problems with these texts; the answer to the first is 1001. */
export function writeSet(texts: readonly string[]): string[] {
  const lines = texts.map((text, index) => JSON.stringify({ problem: text, answer: String(1001 + index) }));
  writeFileSync(join(folder, "set.jsonl"), `${lines.join("\n")}\n`);
  return lines;
}

/** The words of a command that hints the set. */
export function commandFor(teacher: { readonly url: string }, ...more: string[]): string[] {
  const required = ["--teacher", teacher.url, "--model", "wise-owl", "--out", "hinted.jsonl"];
  return ["problems", "hint", "set.jsonl", ...required, ...more];
}

/** Hints the set, without being asked. */
export const hint = (teacher: { readonly url: string }, ...more: string[]): Promise<Ended> =>
  rlvr(commandFor(teacher, "--yes", ...more), folder, { env: { OPENAI_API_KEY: KEY } });

/** What was written. */
export const output = (name = "hinted.jsonl"): string => readFileSync(join(folder, name), "utf8");

/** The hints of each line. */
export const hintsIn = (text: string): (Record<string, string[]> | undefined)[] =>
  text
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { hints?: Record<string, string[]> }).hints);

/** Requests as they are kept: without the switch for streaming that the client adds. */
export const keyOf = ({ messages }: ReceivedRequest): string => JSON.stringify(messages);

/** The requests whose answers are kept. */
export function storedRequests(db = ".rlvr/rlvr.db"): ReceivedRequest[] {
  const sqlite = new Database(join(folder, db), { readonly: true });
  const rows = sqlite.prepare("SELECT request FROM teacher_calls ORDER BY rowid").pluck().all() as string[];
  sqlite.close();
  return rows.map((row) => JSON.parse(row) as ReceivedRequest);
}
