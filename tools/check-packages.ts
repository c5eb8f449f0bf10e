/**
 * Checks the packages that this repository uses: no vulnerability of level high or above is known of them, and their
 * licences suit a project under MIT. `pnpm check:packages`; a registry that does not answer is told, and no failure.
 */
import { spawnSync } from "node:child_process";
import { judgeAudit, judgeLicences, OF_TOOLS, PERMISSIVE } from "./judge-packages.ts";

const pnpm = process.env["npm_execpath"];
if (pnpm === undefined) throw new Error("start it with: pnpm check:packages");

/** A registry that does not answer is not waited for. */
const env = { ...process.env, PNPM_CONFIG_FETCH_TIMEOUT: "10000", PNPM_CONFIG_FETCH_RETRIES: "0" };

function ask(...args: string[]): { readonly stdout: string; readonly stderr: string } {
  const options = { encoding: "utf8", maxBuffer: 64 * 1024 * 1024, env } as const;
  const { stdout, stderr, error } = spawnSync(pnpm ?? "", args, options);
  return { stdout: stdout ?? "", stderr: `${stderr ?? ""}${error?.message ?? ""}` };
}

const judgements = [
  judgeAudit(ask("audit", "--json", "--audit-level", "high")),
  judgeLicences(ask("licenses", "list", "--prod", "--json").stdout, PERMISSIVE),
  judgeLicences(ask("licenses", "list", "--dev", "--json").stdout, OF_TOOLS),
];
for (const { ok, lines } of judgements) for (const line of lines) (ok ? console.log : console.error)(line);
if (judgements.some(({ ok }) => !ok)) process.exitCode = 1;
