import { z } from "zod";

/** What came of a look at the packages that this repository uses. */
export interface Judgement {
  readonly ok: boolean;
  /** What a person has to know of it. */
  readonly lines: readonly string[];
}

const auditSchema = z.object({
  advisories: z.record(
    z.string(),
    z.object({
      module_name: z.string(),
      severity: z.string(),
      title: z.string(),
      url: z.string(),
      findings: z.array(z.object({ version: z.string() })),
    }),
  ),
  metadata: z.object({ totalDependencies: z.number() }),
});

/** Of every code by which pnpm says that it did not get a report from the registry. */
const UNANSWERED = "ERR_PNPM_AUDIT_BAD_RESPONSE";

/**
 * Judges what `pnpm audit --json` printed. A registry without a report is no finding; anything else that is not a report
 * is a failure, so that a change of pnpm's format does not end the audits unseen.
 */
export function judgeAudit({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): Judgement {
  const report = auditSchema.safeParse(jsonOr(stdout));
  if (!report.success) {
    const ok = stderr.includes(UNANSWERED);
    const what = ok ? "Skipped the audit: the registry has no report." : "pnpm audit printed no report.";
    return { ok, lines: [what, stderr.trim().slice(0, 500)] };
  }
  const { advisories, metadata } = report.data;
  const lines = Object.values(advisories).map(({ module_name, findings, severity, title, url }) => {
    const versions = findings.map(({ version }) => version).join(", ");
    return `${module_name} ${versions}: ${title} (${severity}): ${url}`;
  });
  if (lines.length > 0) return { ok: false, lines };
  return { ok: true, lines: [`No grave vulnerability is known of ${metadata.totalDependencies} packages.`] };
}

/**
 * Licences, as the packages state them, that ask no more than to be named. An expression that is new fails, and is added
 * once somebody has read it.
 */
export const PERMISSIVE: readonly string[] = [
  "MIT",
  "ISC",
  "0BSD",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "Apache-2.0 AND BSL-1.0",
  "Unlicense",
  "(MIT OR CC0-1.0)",
];

/** Licences of tools that no user gets: changes to their own files would have to be published. */
export const OF_TOOLS: readonly string[] = [...PERMISSIVE, "MPL-2.0"];

const licencesSchema = z.record(
  z.string(),
  z.array(z.object({ name: z.string(), versions: z.array(z.string()) })).min(1),
);

/** Judges what `pnpm licenses list --json` printed: packages by their licence. */
export function judgeLicences(stdout: string, allowed: readonly string[]): Judgement {
  const report = licencesSchema.safeParse(jsonOr(stdout));
  if (!report.success || Object.keys(report.data).length === 0)
    return { ok: false, lines: ["pnpm licenses printed no report."] };
  const groups = Object.entries(report.data);
  const lines = groups.flatMap(([licence, packages]) =>
    allowed.includes(licence)
      ? []
      : packages.map(({ name, versions }) => `${name} ${versions.join(", ")} has the licence ${licence}.`),
  );
  if (lines.length > 0) return { ok: false, lines };
  const count = groups.reduce((sum, [, packages]) => sum + packages.length, 0);
  return { ok: true, lines: [`The licences of ${count} packages are known and fit.`] };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
