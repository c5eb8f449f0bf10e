import { cutText } from "../core/texts/cut-text.ts";
import { softwareOfRun } from "../tracking/reads/run-software.ts";
import type { Software } from "../core/software.ts";
import type { RunContext } from "./run-context.ts";

/** Most versions of one program, and most characters of each: a server or a trainer may say anything. */
const MOST_VERSIONS = 20;
const MOST_CHARACTERS = 100;

/** Reports the programs that a run works with, each where it is not what it was when that was last reported. */
export function reportSoftware(
  { db, run, emit }: Pick<RunContext, "db" | "run" | "emit">,
  used: readonly Software[],
): void {
  const before = softwareOfRun(db, run.id);
  for (const software of used.map(bounded)) {
    const known = before.find(({ part }) => part === software.part);
    const isKnown =
      known?.name === software.name && JSON.stringify(known.versions) === JSON.stringify(software.versions);
    if (!isKnown) emit({ type: "software_used", ...software });
  }
}

function bounded({ part, name, versions }: Software): Software {
  const entries = Object.entries(versions).slice(0, MOST_VERSIONS);
  return {
    part,
    name: cutText(name, MOST_CHARACTERS),
    versions: Object.fromEntries(
      entries.map(([library, version]) => [cutText(library, MOST_CHARACTERS), cutText(version, MOST_CHARACTERS)]),
    ),
  };
}
