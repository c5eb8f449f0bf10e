import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { expect } from "vitest";

/** Keys that are unlike anything else in the world, by the way in which each is given. */
export interface PlantedKeys {
  /** The key of a way; the same each time. */
  readonly of: (way: string) => string;
  /** Fails where a key is in one of the texts, naming the text and the way. */
  readonly expectNoneIn: (texts: Readonly<Record<string, string>>) => void;
}

/** Plants keys to be looked for later. */
export function plantKeys(): PlantedKeys {
  const keys = new Map<string, string>();
  return {
    of(way) {
      const key = keys.get(way) ?? `planted${randomBytes(12).toString("hex")}`;
      keys.set(way, key);
      return key;
    },
    expectNoneIn(texts) {
      expect(keys.size).toBeGreaterThan(0);
      const found = Object.entries(texts).flatMap(([name, text]) =>
        [...keys].flatMap(([way, key]) => (text.includes(key) ? [`${way} in ${name}`] : [])),
      );
      expect(found).toEqual([]);
    },
  };
}

/**
 * Every file below a folder as text, by its path: bytes as they are (a database with its journal), packed ones also unpacked,
 * and the rows of Parquet.
 * @param isLeftOut for files in which a test itself has written a key.
 */
export async function textsBelow(
  folder: string,
  isLeftOut: (path: string) => boolean = () => false,
): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name);
    if (!statSync(path).isFile() || isLeftOut(path)) continue;
    const bytes = readFileSync(path);
    texts[name] = bytes.toString("latin1");
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) texts[`${name} (unpacked)`] = gunzipSync(bytes).toString("latin1");
    if (name.endsWith(".parquet")) {
      const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
      const rows = await parquetReadObjects({ file, compressors });
      texts[`${name} (rows)`] = JSON.stringify(rows, (_, value: unknown) =>
        typeof value === "bigint" ? String(value) : value,
      );
    }
  }
  return texts;
}

/** What others on a machine see of its processes, or could: command lines of all, environments of those below one (Linux). */
export function processTexts(parent: number): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const command = procFile(pid, "cmdline").replaceAll("\0", " ");
    texts[`command of ${pid}`] = command;
    if (isBelow(pid, parent)) texts[`environment of ${command}`] = procFile(pid, "environ");
  }
  return texts;
}

/** Whether a process was started by another, or by one that that started. */
function isBelow(pid: string, ancestor: number): boolean {
  for (let at = parentOf(pid); at > 1; at = parentOf(String(at))) if (at === ancestor) return true;
  return false;
}

function parentOf(pid: string): number {
  return Number(/^PPid:\s*(\d+)/m.exec(procFile(pid, "status"))?.[1] ?? 0);
}

function procFile(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
