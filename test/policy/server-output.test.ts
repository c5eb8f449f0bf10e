import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openServerLog } from "../../src/policy/server-log.ts";
import { keepOutput } from "../../src/policy/server-output.ts";
import { startVllm } from "../../src/policy/vllm/start-vllm.ts";
import { messageOf } from "../../src/core/errors.ts";

const KEY = "a-key-of-many-characters";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "rlvr-server-log-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function outputOf(script: string, log?: string): Promise<{ readonly tail: string; readonly lines: string[] }> {
  const lines: string[] = [];
  const child = spawn("/bin/sh", ["-c", script]);
  const tail = keepOutput(child, { apiKey: KEY, log, onLine: (line) => lines.push(line) });
  await once(child, "close");
  return { tail: tail(), lines };
}

test("appends both outputs of every start to a log for this user alone, without the key", async () => {
  const log = join(folder(), "server.log");
  await outputOf(`echo first; echo 'Bearer ${KEY}' >&2`, log);
  const { tail, lines } = await outputOf(`echo second; printf 'no end ${KEY}'`, log);
  expect(statSync(log).mode & 0o777).toBe(0o600);
  const text = readFileSync(log, "utf8");
  expect(text).toMatch(/^--- \S+ the policy server is started\n/);
  expect(text.match(/^---/gm)).toHaveLength(2);
  expect(text).toContain("first\n");
  expect(text).toContain("Bearer ***\n");
  expect(text).toContain("no end ***\n");
  expect(tail).toBe("second\nno end ***\n");
  expect(lines).toEqual(["second", "no end ***"]);
});

test("hides a key in a line that is too long to wait for its end", async () => {
  const { tail } = await outputOf(`head -c 7990 /dev/zero | tr '\\0' x; printf '%s' '${KEY}'; sleep 0.05; printf end`);
  expect(tail).not.toContain("many-characters");
  expect(tail).toContain("***");
});

test("begins a log anew when it is full, and keeps the one before", () => {
  const path = join(folder(), "server.log");
  const log = openServerLog(path, 200);
  for (let line = 0; line < 20; line++) log.write(`line ${line} ${"x".repeat(20)}\n`);
  log.close();
  expect(statSync(path).size).toBeLessThanOrEqual(200);
  expect(statSync(`${path}.old`).size).toBeLessThanOrEqual(200);
  expect(readFileSync(path, "utf8")).toContain("line 19");
});

test("names the log of a vLLM that does not start, which has its output without its key", async () => {
  const directory = folder();
  const log = join(directory, "server.log");
  const python = join(directory, "python");
  writeFileSync(python, "#!/bin/sh\necho vllm 0.32.0\nenv >&2\nexit 0\n", { mode: 0o755 });
  writeFileSync(join(directory, "config.json"), "{}");
  const failure: unknown = await startVllm({ modelDirectory: directory, python, apiKey: KEY, log }).catch(
    (error: unknown) => error,
  );
  expect(messageOf(failure)).toContain("vLLM ended before it listened");
  expect(failure).toMatchObject({ advice: expect.stringContaining(log) });
  expect(readFileSync(log, "utf8")).toContain("VLLM_API_KEY=***");
});
