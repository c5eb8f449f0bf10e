import { mkdirSync } from "node:fs";
import { RlvrError } from "../errors.ts";
import { codePathFault, entryFault, linkFault } from "./path-faults.ts";

/**
 * Makes a folder that only this user can enter, with the folders above it that are missing (mode 0700), or accepts one
 * that no other user can have written to (see entryFault); the mode of such a one stays.
 * @throws RlvrError `unsafe_path` when another user made it or may write to it.
 */
export function makePrivateFolder(path: string): void {
  // First: below another user's link nothing is made.
  refuseUnsafe(path);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  // Some file systems keep no modes: said now rather than when it is used again.
  refuseUnsafe(path);
}

/** The same for a folder of code that is to be run: nobody else may be able to put another in its place either. */
export function makeCodeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  refuse(path, codePathFault(path));
}

/** Throws RlvrError `unsafe_path` where what stands at a path was made by another user or can be written to by one. */
export function refuseUnsafe(path: string): void {
  refuse(path, entryFault(path));
}

/** Throws the same where a path is another user's link: what is written there would go where that user wants. */
export function refuseOthersLink(path: string): void {
  refuse(path, linkFault(path));
}

/** Throws the same where code lies at a path, or below it, that another user may have put there. */
export function refuseUnsafeCode(path: string): void {
  refuse(path, codePathFault(path));
}

function refuse(path: string, fault: string | undefined): void {
  if (fault === undefined) return;
  throw new RlvrError("unsafe_path", `${path} ${fault}: what lies there may not be yours`, {
    advice: "Take it away from other users with chown and chmod go-w if all of it is yours; else choose another place.",
  });
}
