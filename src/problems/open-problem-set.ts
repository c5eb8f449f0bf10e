import { RlvrError } from "../core/errors.ts";
import { createTally } from "../core/tally.ts";
import { checkProblem } from "./check-problem.ts";
import type { Mapping } from "./import/map-record.ts";
import { mappedRows } from "./import/mapped-rows.ts";
import type { Problem } from "./problem.ts";
import { openSource } from "./source/open-source.ts";
import { ROW_WORDS, type SourceFormat } from "./source/source-rows.ts";

/** A problem of a set with the row of the file that it is, numbered from 1. */
export interface ProblemRow {
  readonly number: number;
  /** As it stands in the file, its fields mapped where that was asked. */
  readonly value: unknown;
  /** The very line, of JSON Lines whose fields were not mapped. */
  readonly text?: string | undefined;
  readonly problem: Problem;
}

/** A row of a problem set, or why it is not a problem. */
export type SetLine = ProblemRow | { readonly number: number; readonly fault: string };

/** A problem set that is read once, in constant memory. */
export interface OpenProblemSet {
  readonly format: SourceFormat;
  readonly lines: AsyncIterable<SetLine>;
  /** The part of the file that is read, from 0 to 1. */
  share(): number;
}

/** How many rows that are not problems are listed. */
const TOLD = 5;

/**
 * Opens a problem set to read it row by row, bad ones included.
 * @param fields where the parts of a problem stand. None: they are fields of their own names.
 * @throws RlvrError like {@link openSource}, and while it is read like {@link mappedRows}.
 */
export async function openProblemSet(path: string, fields?: Mapping): Promise<OpenProblemSet> {
  const source = await openSource(path);
  async function* lines(): AsyncGenerator<SetLine> {
    for await (const row of fields === undefined ? source.rows() : mappedRows(source, fields, { file: path })) {
      if ("fault" in row) yield row;
      else yield { ...row, ...checkProblem(row.value) };
    }
  }
  return { format: source.format, lines: lines(), share: source.share };
}

/**
 * The problems of a set.
 * @param named what the set is of, for the message.
 * @throws RlvrError `bad_problems` at its end, with the rows that are not problems, or when there is no problem at all.
 */
export async function* problemRows({ format, lines }: OpenProblemSet, named: string): AsyncGenerator<ProblemRow> {
  const word = ROW_WORDS[format];
  const faults = createTally<string>(TOLD);
  let count = 0;
  for await (const line of lines) {
    if ("fault" in line) faults.add(`  ${word} ${line.number}: ${line.fault}`);
    else {
      count++;
      yield line;
    }
  }
  if (faults.count > 0) {
    const more = faults.count > faults.first.length ? [`  and ${faults.count - faults.first.length} more`] : [];
    const told = [...faults.first, ...more].join("\n");
    const many = faults.count > faults.first.length ? `${faults.count} ` : "";
    throw new RlvrError("bad_problems", `${named} has ${many}${word}s that are not problems:\n${told}`, {
      advice:
        'Each is a JSON object with "problem" and "answer" as text; correct or delete those. Where the fields have other ' +
        "names, say so in problems.fields, or make a set of the good rows: rlvr problems import.",
    });
  }
  if (count === 0) {
    throw new RlvrError("bad_problems", `${named} holds no problems`, {
      advice: 'Write one JSON object a line: {"problem": "1+1=", "answer": "2"}.',
    });
  }
}
