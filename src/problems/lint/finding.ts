/**
 * What can be found in a problem set, and how bad it is. A fault spoils training or makes its numbers untrue; a warning is
 * only suspicious.
 */
const SEVERITIES = {
  /** No problem at all: a run refuses the whole file. */
  "bad-line": "fault",
  "empty-problem": "fault",
  "empty-answer": "fault",
  /** An answer of several lines: verifiers that read the end of a response find a part of it. */
  "answer-of-lines": "warning",
  /** The same problem with another answer: one of them punishes what is right. */
  "conflicting-answers": "fault",
  "duplicate-problem": "warning",
  "duplicate-id": "fault",
  /** Too few to tell luck from skill, and soon learned by heart. */
  "small-arm": "warning",
  "hint-leak": "fault",
  /** A held-out problem is practised: its accuracy no longer tells what was learned. */
  contamination: "fault",
  /** The verifier fails the reference answer itself: whoever is right is punished. */
  "answer-rejected": "fault",
  "answer-unreadable": "fault",
  "answer-skipped": "warning",
} as const;

/** What was found, by its name. */
export type FindingKind = keyof typeof SEVERITIES;

/** Something that was found in a problem set. */
export interface Finding {
  readonly kind: FindingKind;
  readonly severity: "fault" | "warning";
  /** Its line, from 1; null for what concerns no single one. */
  readonly line: number | null;
  readonly message: string;
}

/** A finding with the severity of its kind. */
export function finding(kind: FindingKind, line: number | null, message: string): Finding {
  return { kind, severity: SEVERITIES[kind], line, message };
}
