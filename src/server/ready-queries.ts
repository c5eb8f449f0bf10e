import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isPresent } from "../core/files.ts";
import type { ReadyQuery } from "./answers.ts";

/** The ready queries in a folder, by name: the comment that each file begins with is the question that it answers. */
export function readyQueries(directory: string): ReadyQuery[] {
  if (!isPresent(directory)) return [];
  return readdirSync(directory)
    .filter((file) => file.endsWith(".sql"))
    .toSorted()
    .map((file) => {
      const sql = readFileSync(join(directory, file), "utf8").trim();
      const comment = /^(?:--[^\n]*(?:\n|$))+/.exec(sql)?.[0] ?? "";
      const question = comment.replaceAll(/^-- ?/gm, "").trim().replaceAll(/\s+/g, " ");
      return { name: file.slice(0, -".sql".length), question, sql };
    });
}
