import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makePrivateFile } from "./private-file.ts";

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "rlvr-private-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

test("makes an empty file for this user alone, whatever the umask", () => {
  const before = process.umask(0);
  try {
    expect(makePrivateFile(at("file"))).toBe(at("file"));
  } finally {
    process.umask(before);
  }
  expect(statSync(at("file"))).toMatchObject({ size: 0, mode: 0o100600 });
});

test("leaves a file as it is that nobody else may write to", () => {
  writeFileSync(at("file"), "mine", { mode: 0o644 });
  makePrivateFile(at("file"));
  expect(statSync(at("file"))).toMatchObject({ size: 4, mode: 0o100644 });
});

test("makes the file that a link of ours leads to", () => {
  symlinkSync("disk", at("link"));
  expect(makePrivateFile(at("link"))).toBe(at("disk"));
  expect(statSync(at("disk")).mode & 0o777).toBe(0o600);
  expect(makePrivateFile(at("link"))).toBe(at("disk"));
});

test("refuses a file that others may write to", () => {
  writeFileSync(at("file"), "");
  chmodSync(at("file"), 0o666);
  expect(() => makePrivateFile(at("file"))).toThrow("can be written to by other users");
});

test.runIf(isRoot)("refuses another user's file and link, and makes nothing where the link leads", () => {
  writeFileSync(at("file"), "");
  chownSync(at("file"), NOBODY, NOBODY);
  symlinkSync(at("victim"), at("link"));
  lchownSync(at("link"), NOBODY, NOBODY);
  for (const name of ["file", "link"])
    expect(() => makePrivateFile(at(name))).toThrow(expect.objectContaining({ code: "unsafe_path" }));
  expect(existsSync(at("victim"))).toBe(false);
});
