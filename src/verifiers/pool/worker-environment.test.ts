import { expect, it } from "vitest";
import { workerEnvironment } from "./worker-environment.ts";

const keys = {
  OPENAI_API_KEY: "1",
  HF_TOKEN: "2",
  NODE_AUTH_TOKEN: "3",
  AWS_SECRET_ACCESS_KEY: "4",
  HTTPS_PROXY: "http://me:5@proxy",
  MY_PATH: "6",
};

it("passes what Node, Python and their libraries need to work, and nothing else", () => {
  const needed = {
    PATH: "/bin",
    LC_ALL: "C",
    PYTHONPATH: "/p",
    VIRTUAL_ENV: "/v",
    OMP_NUM_THREADS: "2",
    HF_HOME: "/h",
  };
  expect(workerEnvironment([], { ...needed, ...keys })).toEqual(needed);
});

it("passes variables that are asked for by name", () => {
  expect(workerEnvironment(["HF_TOKEN"], keys)).toEqual({ HF_TOKEN: "2" });
});

it("refuses variables that are not set or empty, by their names", () => {
  expect(() => workerEnvironment(["HF_TOKEN", "JUDGE_KEY", "EMPTY"], { ...keys, EMPTY: "" })).toThrow(
    expect.objectContaining({
      code: "bad_usage",
      message: expect.stringMatching(/variables JUDGE_KEY, EMPTY, /) as unknown,
    }),
  );
});

it("takes no name that every object has for a variable that is set", () => {
  expect(() => workerEnvironment(["constructor"], keys)).toThrow("variable constructor, which a verifier asks for");
});
