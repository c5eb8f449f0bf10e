import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeCodeFolder, makePrivateFolder } from "./private-folder.ts";

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "rlvr-private-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("makePrivateFolder", () => {
  test("makes the folder and those above it for this user alone, whatever the umask", () => {
    const path = join(folder, "a", "b");
    const before = process.umask(0);
    try {
      makePrivateFolder(path);
    } finally {
      process.umask(before);
    }
    expect([statSync(path).mode & 0o777, statSync(join(folder, "a")).mode & 0o777]).toEqual([0o700, 0o700]);
  });

  test("accepts one that is there, and a link of the user's own to it", () => {
    mkdirSync(join(folder, "a"), { mode: 0o755 });
    symlinkSync(join(folder, "a"), join(folder, "link"));
    expect(() => ["a", "link"].forEach((name) => makePrivateFolder(join(folder, name)))).not.toThrow();
  });

  test.each([0o707, 0o777])("refuses one that others may write to (%o)", (mode) => {
    const path = join(folder, "a");
    mkdirSync(path);
    chmodSync(path, mode);
    expect(() => makePrivateFolder(path)).toThrow(expect.objectContaining({ code: "unsafe_path" }));
  });

  test.runIf(isRoot)("tells a group of many from one that is its user's own", () => {
    const path = join(folder, "a");
    mkdirSync(path);
    chownSync(path, 0, NOBODY);
    chmodSync(path, 0o770);
    expect(() => makePrivateFolder(path)).toThrow("can be written to by other users");
    chownSync(path, 0, 0);
    expect(() => makePrivateFolder(path)).not.toThrow();
  });

  test.runIf(isRoot)(
    "refuses another user's folder, and another user's link to our own, and makes nothing below",
    () => {
      const [theirs, ours, link] = ["theirs", "ours", "link"].map(at) as [string, string, string];
      mkdirSync(theirs);
      chownSync(theirs, NOBODY, NOBODY);
      mkdirSync(ours);
      symlinkSync(ours, link);
      lchownSync(link, NOBODY, NOBODY);
      symlinkSync(at("new"), at("dangling"));
      lchownSync(at("dangling"), NOBODY, NOBODY);
      for (const path of [theirs, link, at("dangling")])
        expect(() => makePrivateFolder(path)).toThrow("was made by another user");
      expect(existsSync(at("new"))).toBe(false);
    },
  );

  test.runIf(isRoot)("refuses our own link to another user's folder", () => {
    mkdirSync(at("theirs"));
    chownSync(at("theirs"), NOBODY, NOBODY);
    symlinkSync("theirs", at("link"));
    expect(() => makePrivateFolder(at("link"))).toThrow(`leads to ${at("theirs")}, which was made by another user`);
  });

  test.runIf(isRoot)("lets root work in a user's project, where nobody else can plant anything", () => {
    mkdirSync(at("project/runs"), { recursive: true });
    for (const name of ["project", "project/runs"]) chownSync(at(name), NOBODY, NOBODY);
    // As users with a umask of 002 have it.
    chmodSync(at("project"), 0o775);
    expect(() => makePrivateFolder(at("project/runs"))).not.toThrow();
    chmodSync(at("project"), 0o1777);
    expect(() => makePrivateFolder(at("project/runs"))).toThrow("was made by another user");
  });

  test("refuses links that lead in a circle", () => {
    symlinkSync(at("a"), at("b"));
    symlinkSync(at("b"), at("a"));
    expect(() => makePrivateFolder(at("a"))).toThrow("ELOOP");
  });
});

describe("makeCodeFolder", () => {
  test("accepts a folder below the sticky temporary folder, and one behind our own link", () => {
    mkdirSync(at("real"));
    symlinkSync("real", at("link"));
    expect(() => makeCodeFolder(at("link/code"))).not.toThrow();
  });

  test("refuses one below a folder that others may write to, also behind a link", () => {
    mkdirSync(at("open/code"), { recursive: true });
    chmodSync(at("open"), 0o777);
    symlinkSync("open/code", at("link"));
    expect(() => makeCodeFolder(at("open/code"))).toThrow(`is in ${at("open")}, which can be written to`);
    expect(() => makeCodeFolder(at("link"))).toThrow(`is in ${at("open")}, which can be written to`);
    chmodSync(at("open"), 0o1777);
    expect(() => makeCodeFolder(at("open/code"))).not.toThrow();
  });

  test.runIf(isRoot)("refuses one in another user's folder, where root may work but not take code from", () => {
    mkdirSync(at("theirs/code"), { recursive: true });
    chownSync(at("theirs"), NOBODY, NOBODY);
    expect(() => makeCodeFolder(at("theirs/code"))).toThrow(`is in ${at("theirs")}, another user's folder`);
    expect(() => makePrivateFolder(at("theirs/code"))).not.toThrow();
  });
});

function at(name: string): string {
  return join(folder, name);
}
