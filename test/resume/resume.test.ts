import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chooseInstants, killAndResume, runUninterrupted, type Reference } from "./kill-and-resume.ts";

const MINUTES = 60_000;
let folder: string;
let reference: Reference;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-resume-"));
  reference = await runUninterrupted(folder);
}, 2 * MINUTES);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The long form, at every instant and for each child five times: node test/resume/kill-study.ts
describe("a killed run that is resumed equals one that was never killed", () => {
  for (const wanted of [
    "a hint chosen",
    "a hint sampled",
    "groups replaced",
    "between the rename of a batch and its commit",
    "phase sync",
  ]) {
    test(
      `when the orchestrator dies at: ${wanted}`,
      async () => {
        const instant = chooseInstants(reference.instants).find(({ when }) => when === wanted);
        expect(
          instant,
          `no such instant among ${chooseInstants(reference.instants).map(({ when }) => when)}`,
        ).toBeDefined();
        if (instant === undefined) return;
        const result = await killAndResume(join(folder, wanted), { target: "orchestrator", ...instant }, reference);
        expect(result).toEqual({ sha256: reference.sha256, faults: [] });
      },
      MINUTES,
    );
  }

  for (const target of ["policy", "trainer"] as const) {
    test(
      `when the ${target} process dies in the middle of a step`,
      async () => {
        const event = { type: "group_finished", step: 2, done: 2 };
        const result = await killAndResume(join(folder, target), { target, when: "", event, delayMs: 0 }, reference);
        expect(result).toEqual({ sha256: reference.sha256, faults: [] });
      },
      MINUTES,
    );
  }
});
