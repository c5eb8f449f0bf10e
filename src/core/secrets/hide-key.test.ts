import { expect, test } from "vitest";
import { keyHider } from "./hide-key.ts";

test("hides a key however a server writes it", () => {
  const key = String.raw`sk-a/b+c="d\e<f>&'g`;
  const { hide } = keyHider(key);
  const safe = JSON.stringify(key).replace(/[<>&'+=]/g, (c) => `\\u00${c.charCodeAt(0).toString(16).toUpperCase()}`);
  for (const form of [
    key,
    JSON.stringify(key),
    JSON.stringify(key).replaceAll("/", String.raw`\/`),
    safe,
    safe.toLowerCase(),
    encodeURIComponent(key),
  ])
    expect(hide(`wrong key: ${form}, ${form}`), form).toMatch(/^wrong key: "?\*\*\*"?, "?\*\*\*"?$/);
});

test("hides a key in the texts of an answer, and leaves its numbers", () => {
  const { hideInJson } = keyHider("12345678");
  expect(hideInJson('{"text":"key 12345678","ids":[12345678],"deep":[{"x":"12345678"}]}')).toBe(
    '{"text":"key ***","ids":[12345678],"deep":[{"x":"***"}]}',
  );
  expect(hideInJson("12345678 is no JSON,")).toBe("*** is no JSON,");
});

test("hides a short key, which is no secret, in errors as a word and in answers not at all", () => {
  const { hide, hideSecret, hideInJson } = keyHider("none");
  expect(hide("the key none is wrong, nonetheless")).toBe("the key *** is wrong, nonetheless");
  expect(hideSecret("none of them")).toBe("none of them");
  expect(hideInJson('["none"]')).toBe('["none"]');
});

test("leaves texts as they are where there is no key", () => {
  for (const key of [undefined, ""]) expect(keyHider(key).hide("a text")).toBe("a text");
});
