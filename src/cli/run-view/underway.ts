import type { RunEvent } from "../../run/events.ts";

/** How much of something is done, of how much. */
export interface Done {
  readonly done: number;
  readonly total: number;
  readonly unit: string;
}

/** A phase of a step; `wait` while a step that is sampled waits for its turn to be trained. */
type Doing = Extract<RunEvent, { readonly type: "phase_started" }>["phase"] | "wait";

/** How a step that is begun and not done stands. */
interface StepUnderway {
  readonly doing: Doing;
  /** Groups that are sampled, of how many; null where it cannot be told. */
  readonly groups: Done | null;
}

/** The steps that are begun and not done, by their numbers: several where sampling runs ahead. */
export type Underway = ReadonlyMap<number, StepUnderway>;

/** No step is begun. */
export const NOTHING_UNDERWAY: Underway = new Map();

/** What follows a phase at once; after sampling others may come first. */
const NEXT: Readonly<Record<Exclude<Doing, "wait">, Doing>> = {
  collect: "wait",
  credit: "train",
  train: "sync",
  sync: "observe",
  observe: "observe",
};

/** The steps after one more event of a step. Pure. */
export function stepsAfter(steps: Underway, event: RunEvent): Underway {
  switch (event.type) {
    case "step_started":
      return withStep(steps, event.step, {
        doing: "collect",
        groups: { done: 0, total: event.groups, unit: "groups" },
      });
    case "phase_started":
      return withStep(steps, event.step, { doing: event.phase });
    case "phase_finished":
      return steps.has(event.step) ? withStep(steps, event.step, { doing: NEXT[event.phase] }) : steps;
    case "group_finished":
      return withStep(steps, event.step, { groups: { done: event.done, total: event.total, unit: "groups" } });
    case "step_finished":
      return new Map([...steps].filter(([step]) => step !== event.step));
    default:
      return steps;
  }
}

function withStep(steps: Underway, step: number, change: Partial<StepUnderway>): Underway {
  const next = new Map(steps);
  next.set(step, { doing: "collect", groups: null, ...steps.get(step), ...change });
  return next;
}

const WORDS: Readonly<Record<Doing, string>> = {
  collect: "sampling and judging",
  wait: "sampled, to be trained next",
  credit: "giving credit",
  train: "training",
  sync: "syncing weights",
  observe: "taking stock",
};

/** What goes on, a line for each kind: what is trained, what waits for that, and what is sampled, with its groups. */
export function underwayLines(steps: Underway): { readonly text: string; readonly done: Done | null }[] {
  const kinds = new Set([...steps.values()].map(({ doing }) => doing));
  const order: readonly Doing[] = ["credit", "train", "sync", "observe", "wait", "collect"];
  return order
    .filter((doing) => kinds.has(doing))
    .map((doing) => {
      const own = [...steps].filter(([, step]) => step.doing === doing).sort(([one], [other]) => one - other);
      const groups = own.flatMap(([, step]) => (doing === "collect" && step.groups !== null ? [step.groups] : []));
      return { text: `${named(own.map(([step]) => step))}: ${WORDS[doing]}`, done: sumOf(groups) };
    });
}

/** `step 3`, `steps 3 and 4`, `steps 3 to 5`: later steps are begun one after the other. */
function named(steps: readonly number[]): string {
  const [first = 0] = steps;
  const last = steps.at(-1) ?? first;
  if (steps.length === 1) return `step ${first}`;
  return `steps ${first} ${steps.length === 2 ? "and" : "to"} ${last}`;
}

function sumOf(parts: readonly Done[]): Done | null {
  const [first] = parts;
  if (first === undefined) return null;
  const sum = (of: "done" | "total"): number => parts.reduce((total, part) => total + part[of], 0);
  return { done: sum("done"), total: sum("total"), unit: first.unit };
}
