import { expect, test } from "vitest";
import { messageOf } from "../errors.ts";
import { apiKeyIn, variableNameFault } from "./api-key.ts";

test("takes names of environment variables, and refuses keys in their place without repeating them", () => {
  for (const name of [
    "POLICY_KEY",
    "OPENAI_API_KEY",
    "my_openai_api_key_of_2026",
    "_K",
    "key",
    "VLLMKEYOFTHEBIGCLUSTER",
  ])
    expect(variableNameFault(name), name).toBeUndefined();
  for (const key of [
    "sk-abc123",
    "hf_AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh",
    "d41d8cd98f00b204e9800998ecf8427e",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOi.eyJzdWIi.abc",
    "Bearer abc",
    "$KEY",
    "A".repeat(200),
  ]) {
    const fault = variableNameFault(key);
    expect(fault, key).toMatch(/not the name of an environment variable/);
    expect(fault).not.toContain(key);
  }
  expect(variableNameFault("")).toBeDefined();
});

test("gives the key that a variable holds", () => {
  expect(apiKeyIn("K", "--api-key-env", { K: "sk-a.b_c~d+e/f=" })).toBe("sk-a.b_c~d+e/f=");
});

test("names a variable that is not set or empty", () => {
  for (const environment of [{}, { K: "" }])
    expect(() => apiKeyIn("K", "policy.api_key_env", environment)).toThrow(
      "the environment variable K, which policy.api_key_env names, is not set",
    );
});

test("takes no name that every object has for a variable that is set", () => {
  for (const name of ["constructor", "toString", "__proto__"])
    for (const environment of [{}, process.env])
      expect(() => apiKeyIn(name, "--api-key-env", environment)).toThrow(`the environment variable ${name}, which`);
});

test.each([
  ["sk-secret\n", "begins or ends with white space"],
  [" sk-secret", "begins or ends with white space"],
  ["sk-secret\r\nX-Admin: 1", "white space"],
  ["Bearer sk-secret", "the word Bearer"],
  ["sk-secret sk-other", "one key is wanted"],
  ["sk-secret\u0000", "no HTTP header takes"],
  ["sk-secret\u00e9", "no HTTP header takes"],
  ["sk-secret\u20ac", "no HTTP header takes"],
])("refuses the key %j without showing it", (key, reason) => {
  let message = "";
  try {
    apiKeyIn("K", "--api-key-env", { K: key });
  } catch (error) {
    message = messageOf(error);
  }
  expect(message).toContain(reason);
  expect(message).toContain("variable K");
  expect(message).not.toContain("secret");
});
