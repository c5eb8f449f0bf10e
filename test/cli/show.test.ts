import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { rlvr } from "../support/rlvr-in-process.ts";
import { writeSmallRecipe } from "../support/small-recipe.ts";
import { scriptedRun } from "../support/scripted/scripted-run.ts";

test("a rollout's lineage goes on in further lines where it is wider than 80 columns, and is cut nowhere", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-show-"));
  try {
    const run = await scriptedRun(folder, { steps: 1 });
    await run.work();
    const response = "a long answer\nin 日本語 ".repeat(30);
    run.db.$client.prepare("UPDATE rollout_payloads SET text = ? WHERE rollout_id = 1").run(response);
    const shown = async (...args: string[]) =>
      (await rlvr(["show", "rollout:1", "--db", "rlvr.db", ...args], folder)).stdout;
    const lines = (await shown()).trimEnd().split("\n");
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
    expect(lines[0]).toMatch(/^run_id +1$/);
    const row = JSON.parse(await shown("--json")) as { response: string };
    expect(row.response).toBe(response);
    const written = (text: string): string => text.replaceAll(/\s/g, "");
    expect(written(lines.join(""))).toContain(written(response.replaceAll("\n", String.raw`\n`)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the report of a run says what can be done next, all of which works", { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-show-"));
  try {
    const { stdout } = await rlvr(["run", writeSmallRecipe(folder, { steps: 2 })], folder);
    const commands = [...stdout.matchAll(/^ {2}rlvr (.*)$/gm)].map(([, words = ""]) =>
      [...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? ""),
    );
    expect(commands.map(([command]) => command)).toEqual(
      ["serve", "chat", "checkpoints", "run", "export", "sql", "sql", "sql"], // what a person does first comes first
    );
    for (const command of commands.slice(1)) {
      const { code, stderr } = await rlvr(command, folder, { stdin: "3*<52643\n" });
      expect(code, `${command.join(" ")}: ${stderr}`).toBe(0);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
