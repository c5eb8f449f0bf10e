import { expect, test } from "vitest";
import { keyFlagIn, withoutKeyArguments } from "./key-arguments.ts";

test("finds the flags that give vLLM a key, as its parser reads them", () => {
  for (const args of [["--api-key", "k"], ["--api_key=k"], ["--dtype", "auto", "--api-k", "k"]])
    expect(keyFlagIn(args)).toBe("--api-key");
  expect(keyFlagIn(["--hf-token=k"])).toBe("--hf-token");
  for (const args of [[], ["--api-server-count", "2"], ["--hf-overrides", "{}"], ["--api"], ["--api-key-file"]])
    expect(keyFlagIn(args)).toBeUndefined();
});

test("takes them out with their values", () => {
  const args = ["--dtype", "auto", "--api-key", "k1", "k2", "--hf_token=k", "--max-model-len", "512"];
  expect(withoutKeyArguments(args)).toEqual(["--dtype", "auto", "--max-model-len", "512"]);
});
