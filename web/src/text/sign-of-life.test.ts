import { expect, test } from "vitest";
import type { RunSummary } from "../../../src/server/answers.ts";
import { signOfLife } from "./sign-of-life.ts";

const NOW = Date.parse("2026-01-01T12:00:00Z");
const text = (run: Partial<RunSummary>): string =>
  signOfLife(
    { createdAt: "2026-01-01T09:00:00Z", finishedAt: null, lastEventAt: null, ...run } as unknown as RunSummary,
    NOW,
  );

test("tells when a run was last heard of", () => {
  expect(text({ state: "running", lastEventAt: "2026-01-01T11:59:48Z" })).toBe("last event 12 s ago");
  expect(text({ state: "running" })).toBe("no event yet");
  expect(text({ state: "stopped", lastEventAt: "2026-01-01T10:00:00Z" })).toBe("2 hours ago");
  expect(text({ state: "stopped" })).toBe("3 hours ago");
  expect(text({ state: "failed", finishedAt: "2026-01-01T09:08:59.7Z" })).toBe("2 hours ago, took 9 min 0 s");
  expect(text({ state: "succeeded", finishedAt: "2026-01-01T11:00:35Z" })).toBe("59 minutes ago, took 2 h 0 min");
});
