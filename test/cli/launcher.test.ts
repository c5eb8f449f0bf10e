import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { packagePath, packageVersion } from "../../src/core/package-files.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "rlvr-launcher-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = (file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(file, args, { cwd: folder, encoding: "utf8", env: { ...process.env, ...env } });

describe("./rlvr", () => {
  test("starts from any folder, also by a link, and names itself in what it advises", () => {
    const link = join(folder, "rlvr");
    symlinkSync(packagePath("rlvr"), link);
    // Of a script that started it; its folder is not where the person stands.
    const env = { INIT_CWD: "/", npm_lifecycle_event: "rlvr" };
    expect(start("./rlvr", ["--version"], env).stdout).toBe(`${packageVersion()}\n`);
    const { status, stderr } = start("./rlvr", ["show", "--db", "my.db"], env);
    expect([status, stderr]).toEqual([
      2,
      `rlvr: there is no database at ${join(folder, "my.db")}\n` +
        "Start a run first (./rlvr run --db my.db), or name the database with --db FILE.\n",
    ]);
    expect(start("./rlvr", ["pipeline", "--help"], env).stdout).toMatch(/^Usage: \.\/rlvr run\|pipeline .*\n/);
  });

  test("needs no registry once it is set up", () => {
    const npx = join(folder, "npx");
    writeFileSync(npx, "#!/bin/sh\necho asked >&2\nexit 1\n");
    chmodSync(npx, 0o755);
    const { stdout, stderr } = start(packagePath("rlvr"), ["--version"], { PATH: `${folder}:${process.env["PATH"]}` });
    expect([stdout, stderr]).toEqual([`${packageVersion()}\n`, ""]);
  });
});

describe("./rlvr in a checkout that is not set up", () => {
  /** A checkout of the launcher alone, and an `npx` that installs as pnpm does, or fails. */
  const checkout = (installs: boolean): { readonly rlvr: string; readonly env: NodeJS.ProcessEnv } => {
    const [root, bin] = [join(folder, "checkout"), join(folder, "bin")];
    for (const path of [join(root, "src/cli"), bin]) mkdirSync(path, { recursive: true });
    copyFileSync(packagePath("rlvr"), join(root, "rlvr"));
    writeFileSync(join(root, "pnpm-lock.yaml"), "lock: 1\n");
    writeFileSync(join(root, "src/cli/main.ts"), "console.log(process.argv.slice(2).join());");
    const install =
      "mkdir -p node_modules/.bin node_modules/.pnpm && cp pnpm-lock.yaml node_modules/.pnpm/lock.yaml && " +
      `ln -sf '${process.execPath}' node_modules/.bin/node`;
    writeFileSync(join(bin, "npx"), `#!/bin/sh\necho "npx $*"\n${installs ? install : "exit 7"}\n`);
    chmodSync(join(bin, "npx"), 0o755);
    return { rlvr: join(root, "rlvr"), env: { PATH: `${bin}:${process.env["PATH"]}` } };
  };

  test("installs on first use and after an update, and asks nothing", () => {
    const { rlvr, env } = checkout(true);
    const first = start(rlvr, ["a", "b"], env);
    expect(first.stdout).toBe("a,b\n");
    expect(first.stderr).toContain("npx -y pnpm@12 install --frozen-lockfile");
    expect(start(rlvr, ["a"], env)).toMatchObject({ stdout: "a\n", stderr: "" });
    writeFileSync(join(folder, "checkout/pnpm-lock.yaml"), "lock: 2\n");
    expect(start(rlvr, ["a"], env).stderr).toContain("npx -y pnpm@12 install");
  });

  test("says what setting up needs when it fails", () => {
    const { rlvr, env } = checkout(false);
    const { status, stdout, stderr } = start(rlvr, ["a"], env);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("setting up failed. It takes Node 20 or newer, npm and the npm registry");
  });

  test("is a plain POSIX script", () => {
    expect(execFileSync("sh", ["-n", packagePath("rlvr")], { encoding: "utf8" })).toBe("");
  });
});
