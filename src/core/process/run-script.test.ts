import { expect, test } from "vitest";
import { z } from "zod";
import { runScript } from "./run-script.ts";

const said = z.strictObject({ n: z.int() });
const { signal } = new AbortController();
const node = (code: string, until = signal) => ({
  file: process.execPath,
  args: ["-e", code],
  env: process.env,
  signal: until,
});

test("hands on the lines that are wanted, and tells how the program ended", async () => {
  const told: number[] = [];
  const code = `console.log('{"n":1}\\nloading\\n{"n":"x"}\\n{"n":2}'); console.error("oh"); process.exit(3)`;
  const end = await runScript(node(code), said, ({ n }) => told.push(n));
  expect([told, end]).toEqual([[1, 2], { exitCode: 3, failure: undefined, stderr: "oh\n" }]);
});

test("tells that a program could not be started", async () => {
  const end = await runScript({ ...node(""), file: "/nonexistent/program" }, said, () => undefined);
  expect(end).toMatchObject({ exitCode: null, failure: { code: "ENOENT" } });
});

test("ends the program with its signal", async () => {
  const controller = new AbortController();
  const running = runScript(node(`console.log('{"n":1}'); setInterval(() => {}, 1000)`, controller.signal), said, () =>
    controller.abort(new Error("enough")),
  );
  await expect(running).rejects.toThrow("enough");
});
