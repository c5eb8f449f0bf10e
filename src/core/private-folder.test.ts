import { chmodSync, chownSync, lchownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makePrivateFolder } from "./private-folder.ts";

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

  test.each([0o770, 0o707, 0o777])("refuses one that others may write to (%o)", (mode) => {
    const path = join(folder, "a");
    mkdirSync(path);
    chmodSync(path, mode);
    expect(() => makePrivateFolder(path)).toThrow(expect.objectContaining({ code: "unsafe_path" }));
  });

  test.runIf(isRoot)("refuses another user's folder, and another user's link to our own", () => {
    const [theirs, ours, link] = ["theirs", "ours", "link"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    mkdirSync(theirs);
    chownSync(theirs, NOBODY, NOBODY);
    mkdirSync(ours);
    symlinkSync(ours, link);
    lchownSync(link, NOBODY, NOBODY);
    expect(() => makePrivateFolder(theirs)).toThrow("was made by another user");
    expect(() => makePrivateFolder(link)).toThrow("was made by another user");
  });
});
