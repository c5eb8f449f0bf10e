import type { RunSummary } from "../../../src/server/answers.ts";
import { ago, duration } from "./format.ts";

/** When a run last told something, in a few words; how long it took where it is over. */
export function signOfLife({ state, createdAt, finishedAt, lastEventAt }: RunSummary, now = Date.now()): string {
  if (state === "running") return lastEventAt === null ? "no event yet" : `last event ${ago(lastEventAt, now)}`;
  // A run that was killed wrote no end.
  if (state === "stopped") return ago(lastEventAt ?? createdAt, now);
  if (finishedAt === null) return "";
  return `${ago(finishedAt, now)}, took ${duration((Date.parse(finishedAt) - Date.parse(createdAt)) / 1000)}`;
}
