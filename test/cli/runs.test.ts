import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import stringWidth from "string-width";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";
import { runDirectory } from "../../src/tracking/database.ts";
import { removeRun } from "../../src/tracking/remove-run.ts";
import { lockRun } from "../../src/tracking/run-lock.ts";
import { createRun, findRun, setRunState } from "../../src/tracking/runs.ts";
import type { Ended } from "../support/rlvr-process.ts";
import { rlvr } from "../support/rlvr-in-process.ts";
import { scriptedRun, type ScriptedRun } from "../support/scripted/scripted-run.ts";

let folder: string;
let scripted: ScriptedRun;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-runs-"));
  scripted = await scriptedRun(folder, { steps: 2 });
  await scripted.work();
});
afterEach(() => {
  scripted.db.$client.close();
  rmSync(folder, { recursive: true });
});

const runs = (...args: string[]): Promise<Ended> => rlvr(["runs", ...args, "--db", "rlvr.db"], folder);

/** What `--json` prints. */
async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await runs(...args, "--json");
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as T;
}

interface Listed {
  readonly id: number;
  readonly bytes: number;
}

const ids = async (...args: string[]): Promise<number[]> => (await json<Listed[]>(...args)).map(({ id }) => id);

/** A further run that nothing was done for yet. */
function another(changes: Partial<Parameters<typeof createRun>[1]> = {}): number {
  const { id: _, state: __, createdAt: ___, finishedAt: ____, ...row } = scripted.run();
  const id = createRun(scripted.db, { ...row, ...changes });
  setRunState(scripted.db, id, "failed");
  return id;
}

/** Every table's rows, but for those that all runs share. */
function rowsByTable(): Record<string, unknown[]> {
  const { $client } = scripted.db;
  const tables = $client
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '__*'")
    .pluck()
    .all() as string[];
  const shared = new Set(["problems", "problem_sets", "prompts", "teacher_calls"]);
  return Object.fromEntries(
    tables.filter((name) => !shared.has(name)).map((name) => [name, $client.prepare(`SELECT * FROM ${name}`).all()]),
  );
}

const foreignKeyFaults = (): unknown[] => scripted.db.$client.pragma("foreign_key_check") as unknown[];

test("shows nothing of a tag that a terminal would obey", async () => {
  scripted.db.$client.prepare("INSERT INTO run_tags VALUES (1, ?)").run("\u001b[2J");
  const { stdout } = await runs("tag", "1", "paper");
  expect(stdout).toBe("run 1 is tagged \\u001b[2J, paper\n");
});

test("lists runs newest first, sorted and filtered as it is told", async () => {
  another({ name: "Beta" });
  another({ name: "alpha" });
  await runs("tag", "2", "baseline", "paper");
  expect(await ids()).toEqual([3, 2, 1]);
  expect(await ids("--sort", "name")).toEqual([3, 2, 1]);
  expect(await ids("--sort", "accuracy")).toEqual([1, 3, 2]);
  expect(await ids("--sort", "steps")).toEqual([1, 3, 2]);
  expect(await ids("--sort", "size")).toEqual([1, 3, 2]);
  expect(await ids("--state", "failed")).toEqual([3, 2]);
  expect(await ids("--tag", "paper")).toEqual([2]);
  expect(await ids("--name", "ALPH")).toEqual([3]);
  const { stdout } = await runs("--tag", "nowhere");
  expect(stdout).toBe("No run matches. To list all: rlvr runs --db rlvr.db\n");
});

test("shows the size of a run's files, its tags, its note and what it was forked from", async () => {
  another({ name: "fork", parentRun: 1, parentStep: 2 });
  await runs("tag", "2", "paper", "baseline");
  await runs("note", "2", "half the learning rate");
  const { stdout } = await runs();
  const [head, , fork, known, parent] = stdout.split("\n");
  expect(head).toMatch(/^run +name +state +steps +held-out +size +started$/);
  expect(fork).toMatch(/2 +fork +failed .* 0 B +20/);
  expect(known).toBe("     from 1:2  #baseline  #paper  half the learning rate");
  expect(parent).toMatch(/1 +small +succeeded +2\/2 +\.\d\d +\d+ B/);
});

test("fits 80 columns whatever a name and a note are, and has them in full as JSON", async () => {
  const [name, note] = ["long ".repeat(30).trim(), "日本語 ".repeat(40).trim()];
  another({ name, parentRun: 1, parentStep: 2 });
  await runs("tag", "2", "x".repeat(50));
  await runs("note", "2", note);
  const { stdout } = await runs();
  expect(stdout).toMatch(/^ +from 1:2 {2}#x{50} {2}日本語 .*…$/m);
  expect(Math.max(...stdout.split("\n").map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
  const [listed] = await json<{ name: string; note: string }[]>();
  expect(listed).toMatchObject({ name, note });
});

test("renames, notes and tags a run, and takes notes and tags away", async () => {
  expect(await json("rename", "1", " new name ")).toEqual({ run: 1, name: "new name" });
  expect(scripted.run().name).toBe("new name");
  expect(await json("note", "1")).toEqual({ run: 1, note: null });
  await runs("note", "1", "a note");
  expect((await runs("note", "1")).stdout).toBe("a note\n");
  expect(await json("note", "1", "")).toEqual({ run: 1, note: null });
  expect(await json("tag", "1", "b", "a", "b")).toEqual({ run: 1, tags: ["a", "b"] });
  expect(await json("tag", "1", "b", "c", "--remove")).toEqual({ run: 1, tags: ["a"] });
});

test("refuses bad input, and changes nothing", async () => {
  const before = rowsByTable();
  for (const [args, message] of [
    [["rename", "1", ""], "a name on one line"],
    [["rename", "9", "name"], "there is no run 9"],
    [["tag", "1", "two words"], "a tag is a word"],
    [["tag", "1", "--", "-x"], "a tag is a word"],
    [["note", "1", "x".repeat(10_001)], "at most 10000 characters"],
    [["remove", "1"], 'no command "remove"'],
    [["--state", "failed", "rm", "1"], "--state is about the list, not about rlvr runs rm"],
    [["rm", "1", "9", "--yes"], "there is no run 9"],
    [["--sort", "colour"], "'colour' is not a valid value of --sort <by>: choose from created, accuracy"],
    [
      ["rename", "x", "name"],
      "'x' is not a valid <run>: a whole number from 1 is wanted\nSee: rlvr runs rename --help",
    ],
  ] as const) {
    const { code, stderr } = await runs(...args);
    expect(code, args.join(" ")).toBe(2);
    expect(stderr).toContain(message);
  }
  expect(rowsByTable()).toEqual(before);
});

test("takes the database that is named before a subcommand", async () => {
  const { stdout } = await rlvr(["runs", "--db", "rlvr.db", "--json", "rename", "1", "new"], folder);
  expect(JSON.parse(stdout)).toEqual({ run: 1, name: "new" });
});

/** A further run in the same database, worked on to its end. */
async function workedRun(): Promise<void> {
  const further = await scriptedRun(folder, { steps: 2 });
  await further.work();
  writeFileSync(join(runDirectory(scripted.databasePath, 2), "weights"), Buffer.alloc(5000));
  further.db.$client.close();
}

test("removes a run with its rows and files, and leaves another's as they are", async () => {
  const kept = rowsByTable();
  await workedRun();
  await runs("tag", "2", "gone");
  expect(rowsByTable()).not.toEqual(kept);
  const [{ bytes } = { bytes: 0 }] = await json<Listed[]>();
  expect(bytes).toBeGreaterThan(5000);
  const { code, stdout } = await runs("rm", "2", "--yes");
  expect([code, stdout]).toEqual([0, `removed run 2 (small), ${(bytes / 1000).toFixed(1)} kB of files\n`]);
  expect(existsSync(runDirectory(scripted.databasePath, 2))).toBe(false);
  expect(existsSync(runDirectory(scripted.databasePath, 1))).toBe(true);
  expect(rowsByTable()).toEqual(kept);
  expect(foreignKeyFaults()).toEqual([]);
});

test("leaves no half that passes for a run, wherever a removal is cut short, and goes on with it", async () => {
  const kept = rowsByTable();
  await workedRun();
  let cuts = 0;
  for (; ; cuts++) {
    const removal = removeRun(scripted.db, 2);
    const { done } = removal.next();
    removal.return();
    if (done === true) break;
    expect(foreignKeyFaults()).toEqual([]);
    expect(() => findRun(scripted.db, 2)).toThrow("run 2 is being removed");
    expect(findRun(scripted.db).id).toBe(1);
  }
  // Each of the two steps, its rollouts, evaluations, and the tables of the run.
  expect(cuts).toBeGreaterThan(10);
  expect(rowsByTable()).toEqual(kept);
});

test("lists a removal that was cut short as such, and finishes it by the same command", async () => {
  const id = another();
  const removal = removeRun(scripted.db, 1);
  removal.next();
  removal.return();
  expect(await ids("--state", "removing")).toEqual([1]);
  for (const args of [
    ["resume", "1"],
    ["show", "1"],
    ["checkpoints", "1"],
  ]) {
    const { code, stderr } = await rlvr([...args, "--db", "rlvr.db"], folder);
    expect([code, stderr], args.join(" ")).toEqual([2, expect.stringContaining("run 1 is being removed")]);
    expect(stderr).toContain("rlvr runs rm --db rlvr.db 1");
  }
  expect((await runs("rm", "1", "--yes")).code).toBe(0);
  expect(await ids()).toEqual([id]);
});

test("asks before it removes, and refuses where nobody can be asked", async () => {
  const { code, stderr } = await runs("rm", "1");
  expect([code, stderr]).toEqual([2, expect.stringContaining("Add --yes to do it.")]);
  expect(await ids()).toEqual([1]);
});

test("keeps the runs where the answer is no, and removes them where it is yes", async () => {
  another();
  const answered = (stdin: string, ...args: string[]) =>
    rlvr(["runs", "rm", "1", "2", "--db", "rlvr.db", ...args], folder, { stdin, isTerminal: true });
  for (const no of ["n\n", "\n", "what?\n"])
    expect(await answered(no)).toMatchObject({ code: 0, stdout: "kept run 2 and run 1\n" });
  expect(await answered("n\n", "--json")).toMatchObject({ code: 0, stdout: "[]\n" });
  expect(await answered("")).toMatchObject({ code: 130, stdout: "" });
  expect(await ids()).toEqual([2, 1]);
  expect((await answered("y\n")).code).toBe(0);
  expect(await ids()).toEqual([]);
});

test("refuses to remove a run that a process works on", async () => {
  setRunState(scripted.db, 1, "running");
  const lock = lockRun(runDirectory(scripted.databasePath, 1), 1);
  const before = rowsByTable();
  const { code, stderr } = await runs("rm", "1", "--yes");
  expect([code, stderr]).toEqual([2, expect.stringContaining("run 1 is running")]);
  // Its row may say otherwise while it starts: the lock decides.
  setRunState(scripted.db, 1, "failed");
  expect((await runs("rm", "1", "--yes")).stderr).toContain("another process is working on run 1");
  setRunState(scripted.db, 1, "running");
  lock.release();
  expect({ ...rowsByTable(), runs: [] }).toEqual({ ...before, runs: [] });
  expect((await runs("rm", "1", "--yes")).code).toBe(0);
});

test("refuses to remove a run that others were forked from, unless they go with it", async () => {
  another({ parentRun: 1, parentStep: 2 });
  another({ parentRun: 2, parentStep: 1 });
  const { code, stderr } = await runs("rm", "1", "--yes");
  expect([code, stderr]).toEqual([2, expect.stringContaining("run 2 was forked from run 1")]);
  // One removal is enough: of the fork's fork, too.
  expect(stderr).toContain("Remove all 3: rlvr runs rm --db rlvr.db 1 2 3");
  expect((await runs("rm", "2", "--yes")).stderr).toContain("Remove both: rlvr runs rm --db rlvr.db 2 3");
  expect(() => [...removeRun(scripted.db, 1)]).toThrow(
    expect.objectContaining({ advice: "Remove all 3: rlvr runs rm 1 2 3" }),
  );
  expect(() => [...removeRun(scripted.db, 2)]).toThrow("run 3 was forked from run 2");
  expect(await ids()).toEqual([3, 2, 1]);
  expect((await runs("rm", "1", "2", "3", "--yes")).code).toBe(0);
  expect(await ids()).toEqual([]);
});

test("removes a fork that replaced its parent, which is replaced by nothing then", async () => {
  const fork = another({ parentRun: 1, parentStep: 1 });
  scripted.db.$client.prepare("UPDATE runs SET superseded_by = ? WHERE id = 1").run(fork);
  expect((await runs("rm", String(fork), "--yes")).code).toBe(0);
  expect(scripted.run().supersededBy).toBeNull();
});

test("does what docs/runs.md tells people to type", async () => {
  const page = readFileSync(packagePath("docs/runs.md"), "utf8");
  const lines = /```sh\n(.*?)```/s.exec(page)?.[1]?.trim().split("\n") ?? [];
  expect(lines.length).toBeGreaterThan(8);
  another();
  another();
  for (const line of lines) {
    const words = [...line.replace(/ +#.*/, "").matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, word]) => quoted ?? word ?? "",
    );
    const { code, stderr } = await rlvr([...words.slice(1), "--db", "rlvr.db"], folder);
    expect([code, stderr], line).toEqual([0, ""]);
  }
  expect(await ids()).toEqual([2, 1]);
});
