import { open } from "node:fs/promises";
import { join } from "node:path";
import type { ScalarPoint } from "../scalars.ts";
import { scalarEvent, versionEvent } from "./event.ts";
import { record } from "./record.ts";

/** Bytes that are gathered before they are written. */
const CHUNK = 1 << 20;

/**
 * Writes an event file of scalars into a folder, which is a run to TensorBoard.
 * @param startedAt when the run began, ISO 8601.
 * @param onPoint is told after each point; what it throws ends the writing.
 */
export async function writeEvents(
  folder: string,
  startedAt: string,
  points: Iterable<ScalarPoint>,
  onPoint: (point: ScalarPoint) => void,
): Promise<{ readonly scalars: number; readonly bytes: number }> {
  const start = secondsOf(startedAt);
  const handle = await open(join(folder, `events.out.tfevents.${Math.floor(start)}.rlvr`), "w");
  let [scalars, bytes] = [0, 0];
  let waiting: Buffer[] = [record(versionEvent(start))];
  let size = 0;
  const flush = async (): Promise<void> => {
    const chunk = Buffer.concat(waiting);
    [waiting, size] = [[], 0];
    await handle.writeFile(chunk);
    bytes += chunk.length;
  };
  try {
    for (const point of points) {
      const event = record(scalarEvent(secondsOf(point.at), point.step, point.values));
      waiting.push(event);
      size += event.length;
      scalars += Object.keys(point.values).length;
      if (size >= CHUNK) await flush();
      onPoint(point);
    }
    await flush();
    await handle.sync();
    return { scalars, bytes };
  } finally {
    await handle.close();
  }
}

function secondsOf(at: string): number {
  return Date.parse(at) / 1000;
}
