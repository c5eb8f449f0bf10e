import type { Mapping } from "../../problems/import/map-record.ts";
import type { ProblemSet } from "../../problems/load-problem-set.ts";
import { createSetChecks, type HeldOut } from "../../problems/lint/set-checks.ts";
import { createSeenTexts } from "../../problems/seen-texts.ts";
import { shellWord } from "../../core/process/shell-word.ts";

type LintedSet = Pick<ProblemSet, "path" | "problems">;

/**
 * What `rlvr problems lint` would find in the sets of a run, but for arms of few problems in held-out ones, in one line
 * with the command that shows it; undefined where it finds nothing.
 * @param sets the practice set first, which must share no problem with the others.
 * @param fields where the recipe says that the parts of a problem stand.
 */
export function lintNote(sets: readonly LintedSet[], fields: Mapping | undefined): string | undefined {
  const heldOut = sets.slice(1).map(({ path, problems }) => seenIn(path, problems));
  const found = sets.flatMap((set, place) => {
    const against = place === 0 ? heldOut : [];
    const counts = countFindings(set, against);
    // Evaluations show themselves how much few problems say.
    if (place > 0) counts.delete("small-arm");
    const told = [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
    return told === "" ? [] : [{ told: `${told} in ${set.path}`, command: commandFor(set, against, fields) }];
  });
  if (found.length === 0) return undefined;
  const commands = found.map(({ command }) => command).join("; ");
  return `Lint finds ${found.map(({ told }) => told).join("; ")}. Details: ${commands}`;
}

/** A source with its sets, the practice set first. */
interface LintedSource {
  readonly name: string | null;
  readonly sets: readonly LintedSet[];
  /** Where the recipe says that the parts of a problem stand. */
  readonly fields: Mapping | undefined;
}

/**
 * Which problems to practise of a source are in sets of other sources too, in one line with the commands that show them;
 * undefined where there are none. A file that two sources practise is no accident, and not told.
 */
export function lintAcross(sources: readonly LintedSource[]): string | undefined {
  if (sources.length < 2) return undefined;
  const seen = sources.map(({ name, sets }) => ({
    name,
    sets: sets.map(({ path, problems }) => seenIn(path, problems)),
  }));
  const found = sources.flatMap(({ name, sets: [practice], fields }, place) =>
    seen.flatMap((other, at) =>
      other.sets.flatMap((set, of) => {
        // Two practice sets are compared once.
        if (at === place || practice === undefined || (of === 0 && (at < place || set.path === practice.path)))
          return [];
        const count = practice.problems.filter(({ problem }) => set.problems.find(problem) !== undefined).length;
        if (count === 0) return [];
        const where = of === 0 ? `to practise of ${other.name}` : `held out of ${other.name}`;
        return [{ told: `${count} of ${name} among those ${where}`, command: commandFor(practice, [set], fields) }];
      }),
    ),
  );
  if (found.length === 0) return undefined;
  const commands = [...new Set(found.map(({ command }) => command))].join("; ");
  return `Lint finds problems that sources share: ${found.map(({ told }) => told).join("; ")}. Details: ${commands}`;
}

function seenIn(path: string, problems: LintedSet["problems"]): HeldOut {
  const texts = createSeenTexts();
  for (const [index, { problem }] of problems.entries()) texts.firstOf(problem, index + 1);
  return { path, problems: texts };
}

function countFindings({ problems }: LintedSet, against: Parameters<typeof createSetChecks>[0]): Map<string, number> {
  const checks = createSetChecks(against);
  const counts = new Map<string, number>();
  const add = ({ kind }: { readonly kind: string }): void => void counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const [index, problem] of problems.entries())
    for (const finding of checks.look(problem, index + 1)) add(finding);
  for (const finding of checks.end()) add(finding);
  return counts;
}

function commandFor(
  { path }: LintedSet,
  against: readonly { readonly path: string }[],
  fields: Mapping | undefined,
): string {
  const options: [name: string, value: unknown][] = [
    ...against.map((set): [string, string] => ["against", set.path]),
    ["problem", fields?.problem],
    ["messages", fields?.messages],
    ["answer", fields?.answer],
    ["answer-after", fields?.answerAfter],
    ["arm", fields?.arm],
    ["arm-name", fields?.armName],
    ["id", fields?.id],
  ];
  const given = options.filter((option): option is [string, string] => typeof option[1] === "string");
  return ["rlvr problems lint", shellWord(path), ...given.map(([name, value]) => `--${name} ${shellWord(value)}`)].join(
    " ",
  );
}
