import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { RlvrError } from "../../core/errors.ts";

const run = promisify(execFile);
const CANDIDATES = ["python3", "python3.13", "python3.12", "python3.11"];
const OLDEST = 11;

/**
 * A Python 3.11 or newer with `venv`, by its name on PATH.
 * @throws RlvrError `missing_file` when there is none.
 */
export async function findPython(): Promise<string> {
  const told: string[] = [];
  for (const name of CANDIDATES) {
    // Isolated: a folder of many users that rlvr is started in may hold another's venv.py.
    const script = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";
    try {
      const { stdout } = await run(name, ["-I", "-c", script]);
      const minor = Number(/^3\.(\d+)/.exec(stdout)?.[1]);
      if (minor >= OLDEST) return name;
      told.push(`${name} is ${stdout.trim()}`);
    } catch (error) {
      const { code, stderr = "" } = error as { code?: string; stderr?: string };
      if (code !== "ENOENT") told.push(`${name}: ${stderr.trim().split("\n").at(-1)}`);
    }
  }
  const found = told.length === 0 ? "" : ` (${told.join("; ")})`;
  throw new RlvrError("missing_file", `there is no Python 3.${OLDEST} or newer with venv and pip on PATH${found}`, {
    advice: "Install one, such as the packages python3 and python3-venv of Debian and Ubuntu.",
  });
}
