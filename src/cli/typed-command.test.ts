import { afterEach, expect, test, vi } from "vitest";
import { rememberArguments, typedCommand } from "./typed-command.ts";

afterEach(() => vi.unstubAllEnvs());

function typed(...args: string[]): string {
  vi.stubEnv("RLVR_COMMAND", "./rlvr");
  rememberArguments(args);
  return typedCommand();
}

test("gives the command line as a shell reads it, with the program as it was started", () => {
  expect(typed()).toBe("./rlvr");
  expect(typed("run", "my recipe.yaml", "--set", 'policy.stop=["a"]', "--seed", "7")).toBe(
    `./rlvr run 'my recipe.yaml' --set 'policy.stop=["a"]' --seed 7`,
  );
});

test("hides keys, wherever they stand", () => {
  const line = typed(
    "run",
    "--set=policy.api_key_env=sk-planted1234567890abcdef",
    "--set",
    "teacher.api_key_env=sk-planted1234567890abcdef",
    "--set",
    "policy.url=http://me:planted@host:8000/?key=planted",
    "http://me:planted@host/recipe.yaml",
  );
  expect(line).not.toContain("planted");
  expect(line).toBe(
    "./rlvr run '--set=policy.api_key_env=***' --set 'teacher.api_key_env=***' --set 'policy.url=http://***@host:8000/?***' 'http://***@host/recipe.yaml'",
  );
});

test("leaves names of variables that hold keys", () => {
  expect(typed("run", "--set", "policy.api_key_env=POLICY_KEY")).toBe("./rlvr run --set policy.api_key_env=POLICY_KEY");
});
