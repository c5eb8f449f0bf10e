import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packagePath } from "../../src/core/package-files.ts";

const NOBODY = 65_534;
let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "rlvr-compile-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command line to its end, as a user whose home and temporary folder are below {@link folder}. */
function rlvr(...args: string[]) {
  for (const name of ["home", "tmp"]) mkdirSync(join(folder, name), { recursive: true });
  return spawnSync(process.execPath, [packagePath("src/cli/main.ts"), ...args], {
    encoding: "utf8",
    env: {
      ...process.env,
      HOME: join(folder, "home"),
      TMPDIR: join(folder, "tmp"),
      XDG_CACHE_HOME: undefined,
      NODE_COMPILE_CACHE: undefined,
    },
  });
}

const cache = (): string => join(folder, "home/.cache/rlvr/compile");

/** Paths of the files in the cache, with what they hold. */
function kept(): [path: string, content: string][] {
  return readdirSync(cache(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path, "utf8")]);
}

test("keeps compiled code in the user's own cache, and nothing in the temporary folder", () => {
  expect(rlvr("--version")).toMatchObject({ status: 0, stderr: "" });
  expect(kept().length).toBeGreaterThan(10);
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
});

interface Planted {
  readonly what: string;
  /** Lets another user at the cache. */
  readonly open: () => void;
  readonly fault: string;
  readonly needsRoot?: boolean;
}

const PLANTED: Planted[] = [
  {
    what: "that others may write to",
    open: () => chmodSync(cache(), 0o777),
    fault: "compile can be written to by other",
  },
  {
    what: "in a folder that others may write to",
    open: () => chmodSync(join(folder, "home/.cache"), 0o777),
    fault: "home/.cache, which can be written to by other users",
  },
  {
    what: "of another user's",
    open: () => chownSync(cache(), NOBODY, NOBODY),
    fault: "compile was made by another user",
    needsRoot: true,
  },
];

test.each(PLANTED.filter(({ needsRoot }) => needsRoot !== true || process.getuid?.() === 0))(
  "neither reads nor writes a cache $what, and says so",
  ({ open, fault }) => {
    rlvr("--version");
    // No compiled code: Node would replace each such file of a cache that it uses.
    for (const [path] of kept()) writeFileSync(path, "planted");
    open();
    const planted = kept();
    const ended = rlvr("--version");
    expect(ended.stderr).toContain(fault);
    expect(ended.stderr).toContain("Compiled code is neither read nor kept there.");
    expect(kept()).toEqual(planted);
  },
);

test("trusts its own cache, whose files Node replaces where they are damaged", () => {
  rlvr("--version");
  for (const [path] of kept()) writeFileSync(path, "damaged");
  expect(rlvr("--version")).toMatchObject({ status: 0, stderr: "" });
  expect(kept().filter(([, content]) => content === "damaged")).toEqual([]);
});
