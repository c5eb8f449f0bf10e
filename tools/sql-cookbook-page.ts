import { table } from "../src/cli/table.ts";
import type { ReadyQuery } from "../src/core/ready-query.ts";
import type { SqlValue } from "../src/tracking/read-only-protocol.ts";

/** A ready query with its answer. */
export interface AnsweredQuery extends ReadyQuery {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
}

const ROWS = 12;
const CELL = 40;
/** A single row of more columns than this stands upright. */
const COLUMNS = 12;

/** Columns that differ from run to run: times, and how many verdicts were there already when an equal case came. */
const CHANGING = /(?:^|_)(?:ms|seconds)(?:_|$)|^kept$/;

const INTRODUCTION = `# SQL cookbook

Thirty-three questions that people ask of a run, each with its query and a real answer. Ask one of your newest run by its name:

\`\`\`sh
./rlvr sql --query why-trained
./rlvr sql --list
\`\`\`

or in the console of \`rlvr serve\`. The queries are files of \`db/queries\`. To change one, copy it from here: its first lines hold the
run and the steps that it reads, as they stand the newest. They read a step's rows by indexes and a bounded number of steps, or
the numbers that each step leaves, so that they answer on a run of a million rollouts too; one that reads more says so.

The answers are of a database of two runs: run 1 is plain GRPO (\`curricula/microcosm-grpo.yaml\`), run 2 the default recipe, killed
in step 48 and resumed. Answers are cut after ${ROWS} rows and cells after ${CELL} characters; the same recipe and seed give the same
numbers on the same kind of machine. Times, and what depends on them, differ everywhere and are left out (\`~\`). Written by \`pnpm docs:sql\`.
`;

/** The cookbook as Markdown: a table of contents by theme, then each query with its notes and its answer. */
export function cookbookPage(queries: readonly AnsweredQuery[]): string {
  const themes = [...Map.groupBy(queries, ({ theme }) => theme)];
  const contents = themes.flatMap(([theme, members]) => [
    `**${theme}**`,
    "",
    ...members.map(({ name, question }) => `- [${question}](#${name})`),
    "",
  ]);
  const sections = themes.flatMap(([theme, members]) => [`## ${theme}`, "", ...members.flatMap(section)]);
  return [INTRODUCTION, ...contents, ...sections].join("\n").trimEnd() + "\n";
}

function section(query: AnsweredQuery): string[] {
  const statement = query.sql.replace(/^(?:-- .*\n)+/, "").trimEnd();
  const heading = [`### ${query.name}`, "", `**${query.question}** ${query.notes}`, ""];
  return [...heading, "```sql", statement, "```", "", "```text", answerText(query), "```", ""];
}

/** The answer as a table; the first line names its columns, or the first words of the lines where it stands upright. */
function answerText({ columns, rows }: AnsweredQuery): string {
  const shown = rows.slice(0, ROWS).map((row) => row.map((value, column) => cell(value, columns[column] ?? "")));
  const [only] = shown;
  if (rows.length === 1 && only !== undefined && columns.length > COLUMNS) {
    return table(
      ["column", "value"],
      columns.map((name, column) => [name, only[column] ?? ""]),
    );
  }
  const rest = rows.length === 0 ? "\n(no rows)" : rows.length > ROWS ? `\n(${rows.length} rows)` : "";
  return table(columns, shown) + rest;
}

function cell(value: SqlValue, column: string): string {
  if (value === null) return "";
  if (CHANGING.test(column)) return "~";
  const text = String(value);
  return text.length > CELL ? `${text.slice(0, CELL - 1)}…` : text;
}
