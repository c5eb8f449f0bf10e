import { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { openDatabase, requireDatabase, type Database } from "../../tracking/database.ts";
import { addTags, removeTags, tagsOfRun } from "../../tracking/run-tags.ts";
import { findRun, renameRun, setRunNote } from "../../tracking/runs.ts";
import { transact } from "../../tracking/transaction.ts";
import { databaseOption, jsonOption, wholeNumber } from "../common-options.ts";
import { oneLine, printable } from "../printable.ts";
import { userPath } from "../user-path.ts";

/** Most characters of a name, and of a tag. */
const MOST_OF_NAME = 200;
const MOST_OF_TAG = 50;
/** Most characters of a note. */
const MOST_OF_NOTE = 10_000;

/** What every command here takes. */
interface Options {
  readonly db: string;
  readonly json: boolean;
}

/** `rlvr runs rename RUN NAME`. */
export function renameCommand(): Command {
  return common("rename")
    .description("give a run another name")
    .argument("<name>", "its name from now on", nameOf)
    .addHelpText(
      "after",
      `
A study finds its runs by their names: one that is renamed is made again.

Example:
  rlvr runs rename 3 "hints from step 20 on"`,
    )
    .action((id: number, name: string, options: Options) => {
      change(options, id, (db) => {
        renameRun(db, id, name);
        return { data: { run: id, name }, text: `run ${id} is called ${oneLine(name)} now` };
      });
    });
}

/** `rlvr runs note RUN [TEXT]`. */
export function noteCommand(): Command {
  return common("note")
    .description("write a note about a run, or show it")
    .argument(
      "[text]",
      'the note, in place of the one before; "" takes it away, and without a text it is shown',
      noteOf,
    )
    .addHelpText(
      "after",
      `
Examples:
  rlvr runs note 3 "learning rate too high: diverged at step 80"
  rlvr runs note 3`,
    )
    .action((id: number, text: string | undefined, options: Options) => {
      change(options, id, (db) => {
        if (text !== undefined) setRunNote(db, id, text === "" ? null : text);
        const { note } = findRun(db, id);
        return { data: { run: id, note }, text: note === null ? `run ${id} has no note` : printable(note) };
      });
    });
}

/** `rlvr runs tag RUN TAG...`. */
export function tagCommand(): Command {
  return common("tag")
    .description("file a run under tags")
    .argument("<tag...>", "words without blanks, such as baseline", (tag: string, before: readonly string[] = []) => [
      ...before,
      tagOf(tag),
    ])
    .option("--remove", "take these tags off it instead", false)
    .addHelpText(
      "after",
      `
Examples:
  rlvr runs tag 3 baseline paper
  rlvr runs tag 3 paper --remove
  rlvr runs --tag baseline`,
    )
    .action((id: number, tags: readonly string[], options: Options & { readonly remove: boolean }) => {
      change(options, id, (db) => {
        (options.remove ? removeTags : addTags)(db, id, tags);
        const all = tagsOfRun(db, id);
        return {
          data: { run: id, tags: all },
          text: all.length === 0 ? `run ${id} has no tags` : `run ${id} is tagged ${oneLine(all.join(", "))}`,
        };
      });
    });
}

function common(name: string): Command {
  return new Command(name)
    .argument("<run>", "id of the run", wholeNumber(1))
    .addOption(databaseOption())
    .addOption(jsonOption());
}

/** Does something to a run that there is, in one transaction, and prints what came of it. */
function change(
  { db: file, json }: Options,
  runId: number,
  work: (db: Parameters<typeof findRun>[0]) => { readonly data: unknown; readonly text: string },
): void {
  const databasePath = userPath(file);
  requireDatabase(databasePath);
  const db: Database = openDatabase(databasePath);
  try {
    const { data, text } = transact(db, (tx) => {
      findRun(tx, runId);
      return work(tx);
    });
    process.stdout.write(`${json ? JSON.stringify(data) : text}\n`);
  } finally {
    db.$client.close();
  }
}

function nameOf(text: string): string {
  const name = text.trim();
  if (name === "" || name.length > MOST_OF_NAME || /\p{Cc}/u.test(name))
    throw new InvalidArgumentError(`a name on one line is wanted, of at most ${MOST_OF_NAME} characters`);
  return name;
}

function noteOf(text: string): string {
  if (text.length > MOST_OF_NOTE) throw new InvalidArgumentError(`a note has at most ${MOST_OF_NOTE} characters`);
  return text.trim();
}

function tagOf(tag: string): string {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._:/+=-]*$/u.test(tag) || tag.length > MOST_OF_TAG)
    throw new InvalidArgumentError(
      `a tag is a word of at most ${MOST_OF_TAG} letters, digits and . _ : / + = -, beginning with a letter or digit`,
    );
  return tag;
}
