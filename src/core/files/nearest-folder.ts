import { dirname } from "node:path";
import { isPresent } from "./files.ts";

/** The nearest folder above a path that is there. */
export function nearestFolder(path: string): string {
  const parent = dirname(path);
  return isPresent(parent) || parent === path ? parent : nearestFolder(parent);
}
