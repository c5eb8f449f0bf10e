import { mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { RlvrError } from "../core/errors.ts";
import { isPresent, temporaryPath } from "../core/files/files.ts";
import { refuseOthersLink } from "../core/files/private-folder.ts";

/** A place that an export goes to. Nothing stands there before {@link Target.commit}. */
export interface Target {
  readonly path: string;
  /** Where it is written to until then: a file, or a folder that exists. */
  readonly temporary: string;
  /** Brings it to its place. */
  commit(): void;
  /** Deletes what was written. */
  discard(): void;
}

/** What an earlier export may have left at a place, and what may be replaced therefore. */
export interface Replaceable {
  /** Whether something that stands there is to be replaced. */
  readonly force: boolean;
  /** Names of the files of an earlier export's folder: one that holds anything else is not replaced. */
  readonly files: RegExp;
  /** Name of a file that an earlier export's folder holds for certain: one without it is not replaced. */
  readonly mark?: string;
}

/**
 * A file to export to.
 * @throws RlvrError `bad_usage`, also when it is brought to its place, when one stands there and is not to be replaced, or
 * when a folder does.
 */
export function fileTarget(path: string, { force }: Pick<Replaceable, "force">): Target {
  const refuse = (): void => {
    const standing = statSync(path, { throwIfNoEntry: false });
    if (standing?.isDirectory()) throw inTheWay(path, "is a folder", "Name a file with --out.");
    if (standing !== undefined && !force) throw exists(path);
  };
  refuse();
  mkdirSync(dirname(path), { recursive: true });
  const temporary = temporaryPath(path);
  return {
    path,
    temporary,
    commit() {
      refuse();
      renameSync(temporary, path);
    },
    discard: () => rmSync(temporary, { force: true }),
  };
}

/**
 * A folder to export to.
 * @throws RlvrError `bad_usage`, also when it is brought to its place, when something stands there and is not to be
 * replaced, or is more than an export; `unsafe_path` for another user's link.
 */
export function folderTarget(path: string, { force, files, mark }: Replaceable): Target {
  const refuse = (): void => {
    refuseOthersLink(path);
    if (!isPresent(path)) return;
    if (!statSync(path).isDirectory()) throw inTheWay(path, "is a file", "Name a folder with --out.");
    const names = readdirSync(path);
    const other = names.find((name) => !files.test(name));
    if (other !== undefined)
      throw inTheWay(path, `holds ${other}, which is no part of an export`, "Name another folder with --out.");
    if (names.length > 0 && mark !== undefined && !names.includes(mark))
      throw inTheWay(path, "was not written by such an export", "Name another folder with --out.");
    if (names.length > 0 && !force) throw exists(path);
  };
  refuse();
  // The folder itself, where a link leads to it: another disk may be there.
  const place = isPresent(path) ? realpathSync(path) : path;
  const temporary = temporaryPath(place);
  mkdirSync(temporary, { recursive: true });
  return {
    path,
    temporary,
    commit() {
      refuse();
      replaceFolder(place, temporary);
    },
    discard: () => rmSync(temporary, { recursive: true, force: true }),
  };
}

/** Brings a folder to a place; what stands there is deleted once the new one is in its place, and stays where that fails. */
function replaceFolder(place: string, by: string): void {
  if (!isPresent(place)) return renameSync(by, place);
  const aside = temporaryPath(place);
  renameSync(place, aside);
  try {
    renameSync(by, place);
  } catch (error) {
    renameSync(aside, place);
    throw error;
  }
  rmSync(aside, { recursive: true });
}

function exists(path: string): RlvrError {
  return inTheWay(path, "exists already", "Choose another place with --out, or add --force to replace it.");
}

function inTheWay(path: string, why: string, advice: string): RlvrError {
  return new RlvrError("bad_usage", `${path} ${why}`, { advice });
}
