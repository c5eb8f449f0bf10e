import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { z } from "zod";
import { modelNames, readModelFile, readModelJson } from "./model-file.ts";

const folder = mkdtempSync(join(tmpdir(), "rlvr-model-file-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const schema = z.object({ vocab_size: z.int().positive() });

it("reads a whole file, also behind a link, and nothing where there is none", () => {
  writeFileSync(at("config.json"), '{"vocab_size": 3}');
  symlinkSync("config.json", at("link.json"));
  expect(readModelFile(at("config.json"), 17)?.toString()).toBe('{"vocab_size": 3}');
  expect(readModelJson(at("link.json"), schema)).toEqual({ vocab_size: 3 });
  expect(readModelFile(at("none.json"), 17)).toBeUndefined();
});

it("refuses what is no regular file, without waiting for a pipe's writer", () => {
  mkdirSync(at("folder"));
  execFileSync("mkfifo", [at("pipe")]);
  symlinkSync("pipe", at("to-pipe"));
  symlinkSync("loop", at("loop"));
  for (const name of ["folder", "pipe", "to-pipe", "loop", "folder/\0"])
    expect(() => readModelFile(at(name), 17), name).toThrow(expect.objectContaining({ code: "bad_checkpoint" }));
});

it("refuses a file that is too large before it is read", () => {
  writeFileSync(at("huge.json"), "");
  truncateSync(at("huge.json"), 2 ** 40);
  expect(() => readModelJson(at("huge.json"), schema)).toThrow(/huge\.json cannot be used: it has 1099511627776 bytes/);
});

it.each([
  ["no bytes", "", /is not JSON/],
  ["half a document", '{"vocab_size": ', /is not JSON/],
  ["UTF-16", Buffer.from('{"vocab_size": 3}', "utf16le"), /is not JSON/],
  ["another type", "[]", /its top: /],
  ["a size that is none", '{"vocab_size": -0.5}', /vocab_size: /],
])("refuses %s with file and place", (_, content, message) => {
  writeFileSync(at("bad.json"), content);
  expect(() => readModelJson(at("bad.json"), schema, { advice: "Look." })).toThrow(
    expect.objectContaining({ code: "bad_checkpoint", message: expect.stringMatching(message), advice: "Look." }),
  );
});

it("lists a folder, and nothing where there is none", () => {
  mkdirSync(at("graphs"));
  writeFileSync(at("graphs/step.onnx"), "");
  expect(modelNames(at("graphs"))).toEqual(["step.onnx"]);
  expect(modelNames(at("graphs/step.onnx"))).toEqual([]);
  expect(modelNames(at("nowhere"))).toEqual([]);
  symlinkSync("around", at("around"));
  expect(() => modelNames(at("around"))).toThrow(expect.objectContaining({ code: "bad_checkpoint" }));
});
