import { expect, test } from "vitest";
import { memoryBelow, readProcessList } from "./descendant-memory.ts";

test("adds the memory of a process's children and of theirs", () => {
  const listed = readProcessList(
    "    1     0  100\n   20     1   50\n  300    20    8\n   21     1    4\n   40    39  999\n",
  );
  expect(memoryBelow(1, listed)).toBe((50 + 8 + 4) * 1024);
  expect(memoryBelow(20, listed)).toBe(8 * 1024);
  expect(memoryBelow(40, listed)).toBe(0);
});
