/** Writes the tables of columns in docs/exports.md from the columns themselves: `pnpm docs:exports`. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { withColumnTables } from "./export-reference.ts";

const path = fileURLToPath(new URL("../docs/exports.md", import.meta.url));
writeFileSync(path, withColumnTables(readFileSync(path, "utf8")));
