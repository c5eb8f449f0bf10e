import { expect, test } from "vitest";
import { truncatedSampling } from "./truncated-sampling.ts";

const none = { correction: null };
const corrected = { correction: { mode: "token-truncate", cap: 2, floor: 0 } as const };

test("calls out top_p and top_k beside a ratio that nothing corrects", () => {
  expect(truncatedSampling({ top_p: 0.95, top_k: 0 }, none)).toMatchObject({ step: 0, value: 0.95, limit: 1 });
  expect(truncatedSampling({ top_p: 1, top_k: 50 }, none)?.message).toContain("sampling.top_k is 50");
});

test("says nothing where nothing is cut off, or where a correction is set", () => {
  expect(truncatedSampling({ top_p: 1, top_k: 0 }, none)).toBeUndefined();
  expect(truncatedSampling({ top_p: 0.9, top_k: 20 }, corrected)).toBeUndefined();
});
