import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { RlvrError } from "../errors.ts";
import { openRegularFile, readRegularFile, readTextFile } from "./read-file.ts";
import { parseJsonAs, readJsonFile } from "./read-json.ts";

let folder: string;
const at = (name: string): string => join(folder, name);
const refuse = (why: string): RlvrError => new RlvrError("bad_usage", `file ${why}`, { advice: "" });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-read-"));
  writeFileSync(at("five"), "12345");
  mkdirSync(at("folder"));
  execFileSync("mkfifo", [at("pipe")]);
  symlinkSync(at("loop"), at("loop"));
  symlinkSync("/dev/zero", at("zeros"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("readRegularFile", () => {
  test("reads a file up to its cap, and refuses a longer one", () => {
    expect(readRegularFile(at("five"), 5, refuse)?.toString()).toBe("12345");
    expect(() => readRegularFile(at("five"), 4, refuse)).toThrow("file has 5 bytes, more than 4");
  });

  test("gives undefined where there is none", () => {
    expect(readRegularFile(at("none"), 5, refuse)).toBeUndefined();
    expect(readRegularFile(at("five/none"), 5, refuse)).toBeUndefined();
  });

  test.each(["folder", "pipe", "zeros"])("refuses a %s at once", async (name) => {
    expect(() => readRegularFile(at(name), 5, refuse)).toThrow("file is not a regular file");
    await expect(openRegularFile(at(name), refuse)).rejects.toThrow("file is not a regular file");
  });

  test("refuses a link that leads to itself, and a name that no file can have", () => {
    for (const path of [at("loop"), at("x".repeat(300)), at("a\0b")])
      expect(() => readRegularFile(path, 5, refuse)).toThrow(/^file cannot be read: /);
  });

  test("refuses a huge file before it is read", () => {
    writeFileSync(at("sparse"), "");
    truncateSync(at("sparse"), 2 ** 40);
    expect(() => readRegularFile(at("sparse"), 2 ** 20, refuse)).toThrow("more than 1048576");
  });

  test("reads a file of the system that says it has no bytes", () => {
    expect(readRegularFile("/proc/self/status", 2 ** 20, refuse)?.length).toBeGreaterThan(100);
    expect(() => readRegularFile("/proc/self/status", 9, refuse)).toThrow("file has more than 9 bytes");
  });
});

test("text is UTF-8", () => {
  writeFileSync(at("wide"), Buffer.from("a: 1", "utf16le").fill(0xff, 0, 1));
  expect(readTextFile(at("five"), 9, refuse)).toBe("12345");
  expect(() => readTextFile(at("wide"), 9, refuse)).toThrow("file is not UTF-8 text");
});

describe("JSON of a known shape", () => {
  const schema = z.strictObject({ a: z.array(z.int()) });
  test("is read", () => {
    writeFileSync(at("good"), '{"a": [1]}');
    expect(readJsonFile(at("good"), schema, 99, refuse)).toEqual({ a: [1] });
    expect(readJsonFile(at("none"), schema, 99, refuse)).toBeUndefined();
  });

  test.each([
    ["[", "file is not JSON"],
    ['{"a": [1, 0.5]}', "file is not valid at a[1]: "],
    ['{"a": [], "__proto__": 1}', 'file is not valid at its top: Unrecognized key: "__proto__"'],
    ["[".repeat(1e5) + "]".repeat(1e5), "file is not valid at its top: "],
  ])("is refused with its place: %#", (text, message) => {
    expect(() => parseJsonAs(schema, text, refuse)).toThrow(message);
  });

  test("is refused in few words, however much is wrong", () => {
    const many = Object.fromEntries(Array.from({ length: 999 }, (_, index) => [index, 1]));
    for (const value of [{ a: Array<string>(1000).fill("x") }, many])
      expect(() => parseJsonAs(schema, JSON.stringify(value), refuse)).toThrow(/^[^]{1,1500}$/);
  });
});
