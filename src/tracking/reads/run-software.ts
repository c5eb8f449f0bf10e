import { z } from "zod";
import type { Software } from "../../core/software.ts";
import type { Connection } from "../database.ts";
import { eventsOfType } from "../events.ts";

const softwareData = z.object({
  part: z.enum(["orchestrator", "policy server", "trainer"]),
  name: z.string(),
  versions: z.record(z.string(), z.string()),
});

/** The programs that a run works with, as they were last reported, one of each part. */
export function softwareOfRun(db: Connection, runId: number): Software[] {
  const newest = new Map<Software["part"], Software>();
  for (const { data } of eventsOfType(db, runId, "software_used")) {
    const { success, data: software } = softwareData.safeParse(data);
    if (success) newest.set(software.part, software);
  }
  return [...newest.values()];
}
