import { Command } from "commander";
import { summariseProblemSet, type ProblemSetSummary } from "../../problems/summarise-problem-set.ts";
import type { StoredProblemSet } from "../../tracking/problem-sets.ts";
import { databaseOption, jsonOption } from "../common-options.ts";
import { table } from "../table.ts";
import { userPath } from "../user-path.ts";

/** Characters of a hash that a person needs to tell sets apart. */
const SHORT_HASH = 12;

interface Options {
  readonly db: string;
  readonly json: boolean;
}

/** `rlvr problems list [FILE...]`: what problem sets hold, of files or of the database. */
export function problemsListCommand(): Command {
  return new Command("list")
    .description("count what problem sets hold: these files, or the sets of the database")
    .argument("[files...]", "problem sets (default: those that runs have stored)")
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
A set is known by the hash of its file: the same one is stored once, however many runs use it.

Examples:
  rlvr problems list practice.jsonl held-out.jsonl
  rlvr problems list --db .rlvr/rlvr.db
  rlvr problems list *.jsonl --json | jq '.[] | {path, problems, arms}'`,
    )
    .action(list);
}

async function list(files: readonly string[], { db, json }: Options): Promise<void> {
  if (files.length === 0) {
    const sets = await storedSets(userPath(db));
    process.stdout.write(json ? documentOf(sets) : `${storedText(sets)}\n`);
    return;
  }
  const sets: ProblemSetSummary[] = [];
  for (const file of files) sets.push(await summariseProblemSet(userPath(file)));
  process.stdout.write(json ? documentOf(sets) : `${filesText(sets)}\n`);
}

async function storedSets(path: string): Promise<StoredProblemSet[]> {
  // The database takes longer to load than all else together: only where it is wanted.
  const { openDatabaseReadOnly } = await import("../../tracking/database.ts");
  const { listProblemSets } = await import("../../tracking/problem-sets.ts");
  const db = openDatabaseReadOnly(path);
  try {
    return listProblemSets(db);
  } finally {
    db.$client.close();
  }
}

function documentOf(sets: readonly (ProblemSetSummary | StoredProblemSet)[]): string {
  return `${JSON.stringify(sets.map((set) => ({ ...set, arms: Object.fromEntries(set.arms) })))}\n`;
}

function filesText(sets: readonly ProblemSetSummary[]): string {
  const rows = sets.map(({ path, problems, badLines, arms, hinted, bytes, sha256 }) =>
    [path, problems, badLines, arms.size, hinted, bytes, sha256.slice(0, SHORT_HASH)].map(String),
  );
  const header = ["set", "problems", "bad lines", "arms", "with hints", "bytes", "sha256"];
  const names = sets.map((_, index) => `set ${index + 1}`);
  return [table(header, rows), ...armsText(sets, names)].join("\n\n");
}

function storedText(sets: readonly StoredProblemSet[]): string {
  const rows = sets.map(({ id, path, problems, arms, hinted, sha256 }) =>
    [id, path, problems, arms.size, hinted, sha256.slice(0, SHORT_HASH)].map(String),
  );
  const header = ["id", "set", "problems", "arms", "with hints", "sha256"];
  const names = sets.map(({ id }) => `set ${id}`);
  return [table(header, rows), ...armsText(sets, names)].join("\n\n");
}

/** The arms of all sets side by side, where there are any to tell apart. */
function armsText(sets: readonly (ProblemSetSummary | StoredProblemSet)[], names: readonly string[]): string[] {
  const arms = [...new Set(sets.flatMap((set) => [...set.arms.keys()]))];
  if (arms.length < 2) return [];
  const rows = arms.map((arm) => [arm, ...sets.map((set) => String(set.arms.get(arm) ?? ""))]);
  return [table(["arm", ...names], rows)];
}
