import {
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileTarget, folderTarget } from "./target.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rlvr-target-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const PARTS = /^part-/;
const at = (name: string): string => join(folder, name);

test("a file comes to its place when it is whole, its folders with it", () => {
  const target = fileTarget(at("a/b.txt"), { force: false });
  writeFileSync(target.temporary, "new");
  expect(existsSync(at("a/b.txt"))).toBe(false);
  target.commit();
  expect([readFileSync(at("a/b.txt"), "utf8"), readdirSync(at("a"))]).toEqual(["new", ["b.txt"]]);
});

test("what is given up leaves nothing", () => {
  const [file, parts] = [
    fileTarget(at("a.txt"), { force: false }),
    folderTarget(at("b"), { force: false, files: PARTS }),
  ];
  for (const path of [file.temporary, join(parts.temporary, "part-0")]) writeFileSync(path, "half");
  file.discard();
  parts.discard();
  expect(readdirSync(folder)).toEqual([]);
});

test("a folder is replaced when asked, and only if it holds nothing but an export", () => {
  mkdirSync(at("parts"));
  writeFileSync(at("parts/part-0"), "old");
  writeFileSync(at("parts/part-1"), "old");
  expect(() => folderTarget(at("parts"), { force: false, files: PARTS })).toThrow("exists already");
  const target = folderTarget(at("parts"), { force: true, files: PARTS });
  writeFileSync(join(target.temporary, "part-0"), "new");
  target.commit();
  expect([readdirSync(at("parts")), readFileSync(at("parts/part-0"), "utf8")]).toEqual([["part-0"], "new"]);
  writeFileSync(at("parts/thesis.txt"), "mine");
  expect(() => folderTarget(at("parts"), { force: true, files: PARTS })).toThrow("holds thesis.txt");
});

test("a folder that a link leads to is replaced where it is", () => {
  mkdirSync(at("disk"));
  writeFileSync(at("disk/part-0"), "old");
  symlinkSync(at("disk"), at("link"));
  const target = folderTarget(at("link"), { force: true, files: PARTS });
  writeFileSync(join(target.temporary, "part-0"), "new");
  target.commit();
  expect([readFileSync(at("disk/part-0"), "utf8"), readlinkSync(at("link"))]).toEqual(["new", at("disk")]);
  expect(readdirSync(folder).sort()).toEqual(["disk", "link"]);
});

test.runIf(process.geteuid?.() === 0)(
  "refuses another user's link to a folder of exports, and leaves that as it was",
  () => {
    mkdirSync(at("mine"));
    writeFileSync(at("mine/part-0"), "old");
    symlinkSync(at("mine"), at("link"));
    lchownSync(at("link"), 65_534, 65_534);
    expect(() => folderTarget(at("link"), { force: true, files: PARTS })).toThrow("is a link of another user's");
    expect(readFileSync(at("mine/part-0"), "utf8")).toBe("old");
  },
);

test("a folder whose new content is gone stays as it was", () => {
  mkdirSync(at("parts"));
  writeFileSync(at("parts/part-0"), "old");
  const target = folderTarget(at("parts"), { force: true, files: PARTS });
  rmSync(target.temporary, { recursive: true });
  expect(() => target.commit()).toThrow("ENOENT");
  expect(readFileSync(at("parts/part-0"), "utf8")).toBe("old");
});

test("what another export brought to the place meanwhile is not replaced unasked", () => {
  const [file, parts] = [
    fileTarget(at("a.txt"), { force: false }),
    folderTarget(at("b"), { force: false, files: PARTS }),
  ];
  for (const path of [file.temporary, join(parts.temporary, "part-0")]) writeFileSync(path, "second");
  mkdirSync(at("b"));
  for (const path of [at("a.txt"), at("b/part-0")]) writeFileSync(path, "first");
  expect(() => file.commit()).toThrow("exists already");
  expect(() => parts.commit()).toThrow("exists already");
  for (const path of [at("a.txt"), at("b/part-0")]) expect(readFileSync(path, "utf8")).toBe("first");
});

test("what came into a folder while it was exported is not replaced", () => {
  const target = folderTarget(at("parts"), { force: true, files: PARTS });
  mkdirSync(at("parts"));
  writeFileSync(at("parts/thesis.txt"), "mine");
  expect(() => target.commit()).toThrow();
  expect(readFileSync(at("parts/thesis.txt"), "utf8")).toBe("mine");
});

test("a file is not replaced by a folder, nor the other way", () => {
  writeFileSync(at("file"), "mine");
  mkdirSync(at("folder"));
  expect(() => folderTarget(at("file"), { force: true, files: PARTS })).toThrow("is a file");
  expect(() => fileTarget(at("folder"), { force: true })).toThrow("is a folder");
  expect(() => fileTarget(at("file"), { force: false })).toThrow("exists already");
});
