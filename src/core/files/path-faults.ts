import { lstatSync, readlinkSync, realpathSync, statSync, type Stats } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";

const WRITABLE_BY_GROUP = 0o020;
const WRITABLE_BY_ALL = 0o002;
const STICKY = 0o1000;
const ROOT = 0;

/**
 * Why what stands at a path may be another user's work; undefined where it cannot be, or where nothing stands there. It
 * has to belong to this user, to root, or to the owner of its folder where nobody else may write to that folder; and
 * nobody else may write to it. A symbolic link is looked at as well as what it leads to. Undefined on Windows, where a
 * user's folders are private.
 */
export function entryFault(path: string): string | undefined {
  const user = process.geteuid?.();
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (user === undefined || entry === undefined) return undefined;
  if (!isTrusted(entry.uid, user, path)) return "was made by another user";
  if (!entry.isSymbolicLink()) return isOpen(entry) ? "can be written to by other users" : undefined;
  // Throws where links lead in a circle.
  statSync(path, { throwIfNoEntry: false });
  const target = targetOf(path);
  const fault = entryFault(target);
  return fault && `leads to ${target}, which ${fault}`;
}

/** Why a symbolic link may be another user's work; whether others may write where it leads does not count. */
export function linkFault(path: string): string | undefined {
  const user = process.geteuid?.();
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (user === undefined || entry?.isSymbolicLink() !== true || isTrusted(entry.uid, user, path)) return undefined;
  return "is a link of another user's";
}

/**
 * The same for code that is to be run, whose folder must exist: also the folders above must belong to this user or to
 * root, since their owners could put another in its place. Others may write to one of them only where it is sticky, as
 * /tmp is.
 */
export function codePathFault(path: string): string | undefined {
  const user = process.geteuid?.();
  if (user === undefined) return undefined;
  // In a user namespace root's files belong to another number. Its own root folder tells which.
  return foldersFault(path, new Set([user, ROOT, statSync(sep).uid])) ?? entryFault(path);
}

/** Follows a path from the root of the file system, and each link on it. */
function foldersFault(path: string, trusted: ReadonlySet<number>): string | undefined {
  statSync(path);
  const whole = resolve(path);
  let at: string = sep;
  for (const name of whole.split(sep)) {
    at = join(at, name);
    const entry = lstatSync(at);
    if (!trusted.has(entry.uid))
      return at === whole ? "was made by another user" : `is in ${at}, another user's folder`;
    if (entry.isSymbolicLink()) {
      const fault = foldersFault(targetOf(at), trusted);
      if (fault !== undefined) return `is reached by the link ${at} to ${targetOf(at)}, which ${fault}`;
    } else if (at !== whole && isOpen(entry) && (entry.mode & STICKY) === 0)
      return `is in ${at}, which can be written to by other users`;
  }
  return undefined;
}

function isTrusted(owner: number, user: number, path: string): boolean {
  if (owner === user || owner === ROOT) return true;
  const folder = statSync(dirname(resolve(path)));
  if (owner !== folder.uid) return false;
  // Root in a container, for example, in a project of the machine's user. A user who may write to another's folder may do
  // so by a group or an access list, and others with them.
  return user === ROOT ? !isOpen(folder) : (folder.mode & (WRITABLE_BY_GROUP | WRITABLE_BY_ALL)) === 0;
}

/**
 * Whether others than the owner and root may write. A group that has the number of its user is that user's own, by the
 * convention of Linux distributions that give each user a group and a umask of 002.
 */
function isOpen({ mode, uid, gid }: Stats): boolean {
  return (mode & WRITABLE_BY_ALL) !== 0 || ((mode & WRITABLE_BY_GROUP) !== 0 && gid !== uid && gid !== ROOT);
}

function targetOf(link: string): string {
  return resolve(realpathSync(dirname(resolve(link))), readlinkSync(link));
}
