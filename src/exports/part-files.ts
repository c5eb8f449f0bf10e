import { join } from "node:path";
import type { OpenRowFile, RowFile } from "./row-file.ts";

/** A part is closed once it holds this much, so that readers can take parts side by side. */
const PART_BYTES = 512 * 1024 * 1024;

/**
 * Rows as files of a folder, `part-000.EXTENSION` and on: a file is closed once it is large, and the next one begun with
 * the next row. There is one file at least, also without rows.
 */
export async function openParts<Row>(
  folder: string,
  extension: string,
  open: OpenRowFile<Row>,
  partBytes: number = PART_BYTES,
): Promise<RowFile<Row>> {
  let parts = 0;
  let closed = 0;
  const next = (): Promise<RowFile<Row>> => open(join(folder, `part-${String(parts++).padStart(3, "0")}.${extension}`));
  let part = await next();
  let isFull = false;
  return {
    async write(rows) {
      if (rows.length === 0) return;
      if (isFull) {
        await part.finish();
        closed += part.bytes();
        part = await next();
      }
      await part.write(rows);
      isFull = part.bytes() >= partBytes;
    },
    bytes: () => closed + part.bytes(),
    finish: () => part.finish(),
    abandon: () => part.abandon(),
  };
}
