import type { Connection } from "../../tracking/database.ts";
import { eventsOfType } from "../../tracking/events.ts";
import type { EventLog } from "../event-log.ts";
import type { GeneratorsConfigured } from "../events.ts";
import type { SourceGenerator } from "./source-generator.ts";

/**
 * Reports which generators a run begins with and, when it goes on with others, of which sources they changed since it last
 * worked: the problems that they made stand.
 */
export function reportGenerators(
  db: Connection,
  runId: number,
  generators: readonly SourceGenerator[],
  { emit }: Pick<EventLog, "emit">,
): void {
  if (generators.length === 0) return;
  const now = generators.map(({ source, name, version, sourceSha256 }) => ({ source, name, version, sourceSha256 }));
  const [last] = eventsOfType(db, runId, "generators_configured", 1);
  const before = (last?.data as GeneratorsConfigured | undefined)?.generators;
  const changed = now.filter((own) => {
    const known = before?.find(({ source }) => source === own.source);
    return known !== undefined && (known.sourceSha256 !== own.sourceSha256 || known.version !== own.version);
  });
  if (before !== undefined && changed.length === 0) return;
  emit({ type: "generators_configured", generators: now, changed: changed.map(({ source }) => source) });
}
