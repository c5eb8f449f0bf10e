import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Has the desktop open a link with a token in it. The desktop gets a file that only this user can read, as every user of a
 * machine can read the arguments of its processes. A machine without a desktop gets a notice.
 * @returns removes the file.
 */
export function openInBrowser(url: string): () => void {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-open-"));
  const file = join(folder, "dashboard.html");
  writeFileSync(file, redirectTo(url), { mode: 0o600 });
  const command = { darwin: "open", win32: "explorer" }[process.platform as string] ?? "xdg-open";
  const child = spawn(command, [file], { detached: true, stdio: "ignore" });
  child.on("error", () => process.stderr.write("There is no browser to open it with.\n"));
  child.unref();
  return () => rmSync(folder, { recursive: true, force: true });
}

function redirectTo(url: string): string {
  const escaped = url.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url=${escaped}">
<title>rlvr</title>
<a href="${escaped}">Open the dashboard</a>
`;
}
