import { expect, test } from "vitest";
import { readChatInput } from "./chat-commands.ts";

test.each([
  ["Why?", { kind: "question", text: "Why?" }],
  ["  //etc is what?  ", { kind: "question", text: "/etc is what?" }],
  ["   ", { kind: "nothing" }],
  ["/reset", { kind: "reset" }],
  ["/quit", { kind: "quit" }],
  ["/system Be brief.", { kind: "system", text: "Be brief." }],
  ["/system", { kind: "system", text: "" }],
])("reads %j", (line, input) => {
  expect(readChatInput(line)).toEqual(input);
});

test("refuses commands that there are not, with the nearest, and what follows one that takes nothing", () => {
  expect(() => readChatInput("/rest")).toThrow(expect.objectContaining({ code: "unknown_name" }));
  expect(() => readChatInput("/quit now")).toThrow(expect.objectContaining({ code: "bad_usage" }));
});
