import { share } from "../../core/texts/share-text.ts";
import { sizeText } from "../../core/texts/size-text.ts";
import type { Database } from "../../tracking/database.ts";
import { heldOutAccuracies, runOverviews, type RunOverview } from "../../tracking/reads/run-overviews.ts";
import { runBytes } from "../../tracking/run-folder.ts";
import { oneLine } from "../printable.ts";
import { cut } from "../run-view/screen.ts";
import { table } from "../table.ts";

/** What runs can be sorted by: the newest, best, longest or largest first; names from A to Z. */
export const SORTS = ["created", "accuracy", "steps", "size", "name"] as const;

/** One of {@link SORTS}. */
export type Sort = (typeof SORTS)[number];

/** A run as `rlvr runs` lists it. */
export interface ListedRun extends RunOverview {
  /** Held-out accuracy over all arms, in the newest evaluation. */
  readonly accuracy: number | null;
  /**
   * Size of its files; its rows share the database's file with those of other runs. Null where they are not for this user
   * to look at.
   */
  readonly bytes: number | null;
}

/** Which runs to list. What is left out takes all. */
export interface RunFilter {
  readonly state?: string;
  readonly tag?: string;
  /** Part of the name, in any case. */
  readonly name?: string;
}

/** All runs of a database, newest first. */
export function listedRuns(db: Database): ListedRun[] {
  const overviews = runOverviews(db);
  const accuracies = heldOutAccuracies(
    db,
    overviews.map(({ id }) => id),
  );
  return overviews.map((run) => ({
    ...run,
    accuracy: accuracies.get(run.id)?.now ?? null,
    bytes: runBytes(db.$client.name, run.id),
  }));
}

/** The runs that a filter takes, sorted; of equal ones the newest comes first. Pure. */
export function chosenRuns(runs: readonly ListedRun[], { state, tag, name }: RunFilter, sort: Sort): ListedRun[] {
  const wanted = name?.toLowerCase();
  const taken = runs.filter(
    (run) =>
      (state === undefined || run.state === state) &&
      (tag === undefined || run.tags.includes(tag)) &&
      (wanted === undefined || run.name.toLowerCase().includes(wanted)),
  );
  return taken.sort((left, right) => ORDERS[sort](left, right) || right.id - left.id);
}

const ORDERS: Readonly<Record<Sort, (left: ListedRun, right: ListedRun) => number>> = {
  created: () => 0,
  accuracy: (left, right) => (right.accuracy ?? -1) - (left.accuracy ?? -1),
  steps: (left, right) => right.step - left.step,
  size: (left, right) => (right.bytes ?? 0) - (left.bytes ?? 0),
  name: (left, right) => left.name.localeCompare(right.name, "en"),
};

const HEADER = ["run", "name", "state", "steps", "held-out", "size", "started"];

/**
 * Runs as a table of a width: a line each, and below it where a run was forked, its tags and the beginning of its note. Pure.
 */
export function runsTable(runs: readonly ListedRun[], width: number): string {
  const rows = runs.map(({ id, name, state, step, steps, accuracy, bytes, createdAt }) => [
    String(id),
    name,
    state,
    `${step}/${steps}`,
    accuracy === null ? "" : share(accuracy),
    bytes === null ? "" : sizeText(bytes),
    createdAt.slice(0, "2026-01-01T00:00".length).replace("T", " "),
  ]);
  const [head = "", dashes = "", ...lines] = table(HEADER, rows, { column: HEADER.indexOf("name"), width }).split("\n");
  const indent = " ".repeat(dashes.indexOf(" ") + 2);
  const known = runs.map((run) => knownText(run)).map((text) => (text === "" ? [] : [cut(indent + text, width)]));
  return [head, dashes, ...lines.flatMap((line, place) => [line, ...(known[place] ?? [])])].join("\n");
}

/** What people keep about a run, and where it was forked. */
function knownText({ parentRun, parentStep, tags, note }: ListedRun): string {
  return oneLine(
    [
      ...(parentRun === null ? [] : [`from ${parentRun}:${parentStep}`]),
      ...tags.map((tag) => `#${tag}`),
      ...(note === null ? [] : [note]),
    ].join("  "),
  );
}
