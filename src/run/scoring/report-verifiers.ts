import type { Connection } from "../../tracking/database.ts";
import { eventsOfType } from "../../tracking/events.ts";
import type { SourceVerifier } from "./source-judges.ts";
import type { EventLog } from "../event-log.ts";
import type { VerifierChanged, VerifierIdentity, VerifiersConfigured } from "../events.ts";

/**
 * Reports which verifiers a run begins with and, when it goes on with others, which of them changed since it last worked:
 * their earlier verdicts stand, and were trained on.
 */
export function reportVerifiers(
  db: Connection,
  runId: number,
  verifiers: readonly SourceVerifier[],
  { conclude }: EventLog,
): void {
  const now = verifiers.map(({ source, label, version, sourceSha256 }): VerifierIdentity => {
    return { ...(source !== null && { source }), verifier: label, version, sourceSha256 };
  });
  const [last] = eventsOfType(db, runId, "verifiers_configured", 1);
  const before = (last?.data as VerifiersConfigured | undefined)?.verifiers;
  const changes = before === undefined ? [] : changesBetween(before, now);
  if (before !== undefined && changes.length === 0) return;
  conclude(() => undefined, [{ type: "verifiers_configured", verifiers: now }, ...changes]);
}

function changesBetween(before: readonly VerifierIdentity[], now: readonly VerifierIdentity[]): VerifierChanged[] {
  return now.flatMap(({ source, verifier, ...after }) => {
    const known = before.find((each) => each.source === source && each.verifier === verifier);
    if (known === undefined || (known.sourceSha256 === after.sourceSha256 && known.version === after.version))
      return [];
    const { version, sourceSha256 } = known;
    return [
      {
        type: "verifier_changed" as const,
        ...(source !== undefined && { source }),
        verifier,
        before: { version, sourceSha256 },
        after,
      },
    ];
  });
}
