import { cutText } from "../../core/texts/cut-text.ts";
import { share } from "../../core/texts/share-text.ts";
import { sizeText } from "../../core/texts/size-text.ts";
import type { Database } from "../../tracking/database.ts";
import { heldOutAccuracies, runOverviews, type RunOverview } from "../../tracking/reads/run-overviews.ts";
import { runBytes } from "../../tracking/run-folder.ts";
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

/** Characters of a note that the table shows. */
const NOTE_LENGTH = 40;

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

/** A column of the table; one that says nothing of any run is left out where it is not `always` there. */
interface Column {
  readonly header: string;
  readonly cell: (run: ListedRun) => string;
  readonly always?: boolean;
}

const COLUMNS: readonly Column[] = [
  { header: "run", cell: ({ id }) => String(id), always: true },
  { header: "name", cell: ({ name }) => name, always: true },
  { header: "state", cell: ({ state }) => state, always: true },
  { header: "steps", cell: ({ step, steps }) => `${step}/${steps}`, always: true },
  { header: "held-out", cell: ({ accuracy }) => (accuracy === null ? "" : share(accuracy)) },
  { header: "size", cell: ({ bytes }) => (bytes === null ? "" : sizeText(bytes)), always: true },
  { header: "seed", cell: ({ seed }) => String(seed), always: true },
  { header: "from", cell: ({ parentRun, parentStep }) => (parentRun === null ? "" : `${parentRun}:${parentStep}`) },
  { header: "tags", cell: ({ tags }) => tags.join(" ") },
  { header: "note", cell: ({ note }) => cutText(note ?? "", NOTE_LENGTH) },
  {
    header: "started",
    cell: ({ createdAt }) => createdAt.slice(0, "2026-01-01T00:00".length).replace("T", " "),
    always: true,
  },
];

/** Runs as a table. Pure. */
export function runsTable(runs: readonly ListedRun[]): string {
  const columns = COLUMNS.filter(({ cell, always }) => always === true || runs.some((run) => cell(run) !== ""));
  return table(
    columns.map(({ header }) => header),
    runs.map((run) => columns.map(({ cell }) => cell(run))),
  );
}
