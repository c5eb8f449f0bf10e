import { afterEach, describe, expect, test, vi } from "vitest";
import { packagePath } from "../core/package-files.ts";
import { asStarted, commandName, rememberDatabase } from "./command-name.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  rememberDatabase(undefined);
});

describe("commandName", () => {
  test("is what the launcher was started as, or how pnpm starts it, or the program's name", () => {
    vi.stubEnv("RLVR_COMMAND", "../my tools/rlvr");
    expect(commandName()).toBe("'../my tools/rlvr'");
    vi.stubEnv("RLVR_COMMAND", undefined);
    vi.stubEnv("npm_lifecycle_event", "rlvr");
    vi.stubEnv("INIT_CWD", packagePath("."));
    expect(commandName()).toBe("npx pnpm@12 rlvr");
    vi.stubEnv("INIT_CWD", "/");
    expect(commandName()).toMatch(/^npx pnpm@12 --dir \/\S+ rlvr$/);
    vi.stubEnv("npm_lifecycle_event", undefined);
    expect(commandName()).toBe("rlvr");
  });
});

describe("asStarted", () => {
  test("names the program as it was started, with the database that was given", () => {
    vi.stubEnv("RLVR_COMMAND", "./rlvr");
    const text = "Go on with: rlvr resume 3, or look with `rlvr problems list`; see rlvr --help, rlvr verify --help.";
    expect(asStarted(text)).toBe(
      "Go on with: ./rlvr resume 3, or look with `./rlvr problems list`; see ./rlvr --help, ./rlvr verify --help.",
    );
    rememberDatabase("a b.db");
    expect(asStarted(text)).toBe(
      "Go on with: ./rlvr resume --db 'a b.db' 3, or look with `./rlvr problems list --db 'a b.db'`; " +
        "see ./rlvr --help, ./rlvr verify --help.",
    );
  });

  test("names no database where the text does", () => {
    rememberDatabase("x.db");
    expect(asStarted("Bring it up to date with: rlvr resume --db y.db")).toBe(
      "Bring it up to date with: rlvr resume --db y.db",
    );
  });

  test("leaves sentences about rlvr, and paths, as they are", () => {
    vi.stubEnv("RLVR_COMMAND", "./rlvr");
    const text = "rlvr reads F32; rlvr running; see /opt/rlvr run.log and .rlvr/rlvr.db, or my-rlvr show";
    expect(asStarted(text)).toBe(text);
  });
});
