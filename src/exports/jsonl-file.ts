import { open } from "node:fs/promises";
import { recordOf, type Column } from "./column.ts";
import type { OpenRowFile } from "./row-file.ts";

/**
 * Opens files of JSON Lines, an object a row by the names of the columns. A float32 is written with all the digits of its
 * exact value, so that it reads back the same at whatever precision. JSON has no infinity: such a number becomes null.
 */
export function jsonlFiles<Row>(columns: readonly Column<Row>[]): OpenRowFile<Row> {
  return async (path) => {
    const handle = await open(path, "w");
    let bytes = 0;
    return {
      async write(rows) {
        const chunk = Buffer.from(rows.map((row) => `${JSON.stringify(recordOf(columns, row))}\n`).join(""));
        await handle.writeFile(chunk);
        bytes += chunk.length;
      },
      bytes: () => bytes,
      async finish() {
        await handle.sync();
        await handle.close();
      },
      abandon: () => handle.close(),
    };
  };
}
