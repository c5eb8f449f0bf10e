import { expect, test } from "vitest";
import { logText } from "./log-text.ts";

test("leaves out colours and controls, and keeps tabs and ends of lines", () => {
  expect(logText("\u001B[31mred\u001B[0m\tnext\u0007\u0000\nline\r\n")).toBe("red\tnext\nline\n");
});

test("keeps of a line that was drawn over again what stood there last", () => {
  expect(logText("Loading 1%\rLoading 50%\rLoading 100%\ndone\r")).toBe("Loading 100%\ndone");
});
