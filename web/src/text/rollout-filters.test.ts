import { expect, test } from "vitest";
import { readFilters, rolloutsSql } from "./rollout-filters.ts";

test("filters of an address become conditions, with quotes doubled", () => {
  const filters = readFilters(
    new URLSearchParams("arm=it's&passed=false&drop=zero_variance&step_from=3&text=a'b&hint=none"),
  );
  const sql = rolloutsSql(2, filters);
  expect(sql).toContain("run_id = 2");
  expect(sql).toContain("arm = 'it''s'");
  expect(sql).toContain("passed = 0");
  expect(sql).toContain("drop_reason = 'zero_variance'");
  expect(sql).toContain("step >= 3");
  expect(sql).toContain("hint_tier IS NULL");
  expect(sql).toContain(String.raw`response LIKE '%a''b%' ESCAPE '\'`);
  expect(sql).not.toContain("step <=");
});

test("without filters only the run is asked for, and a step that is no number is left out", () => {
  expect(rolloutsSql(1, readFilters(new URLSearchParams("step_to=1;DROP")))).toContain("WHERE run_id = 1\nORDER");
});
