import { expect, test } from "vitest";
import { servedTiny } from "../policy/policy-fixture.ts";
import { rlvr } from "../support/rlvr-in-process.ts";

test("doctor tells what a policy server offers, for people and as JSON", async () => {
  const { server } = await servedTiny(1);
  const shown = await rlvr(["doctor", "--policy", server.url]);
  expect(shown).toMatchObject({ code: 0, stderr: "" });
  expect(shown.stdout).toMatch(/ok {2}server +rlvr's own\n/);
  expect(shown.stdout).toMatch(/ok {2}new weights by +export\n/);
  const { code, stdout } = await rlvr(["doctor", "--policy", server.url, "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toContainEqual({
    name: "seeds",
    ok: true,
    isOptional: false,
    found: "yes",
    advice: expect.any(String),
  });
});

test("doctor says what to do when there is no server, no key or no URL", async () => {
  const silent = await rlvr(["doctor", "--policy", "http://127.0.0.1:9"]);
  expect(silent.code).toBe(1);
  expect(silent.stderr).toContain("Check that the policy server runs");
  const keyless = await rlvr(["doctor", "--policy", "http://127.0.0.1:9", "--api-key-env", "RLVR_NO_SUCH_KEY"]);
  expect(keyless.code).toBe(2);
  expect(keyless.stderr).toContain("RLVR_NO_SUCH_KEY, which --api-key-env names, is not set");
  expect((await rlvr(["doctor", "--policy", "here"])).code).toBe(2);
});
