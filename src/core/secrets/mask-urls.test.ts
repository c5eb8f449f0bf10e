import { expect, test } from "vitest";
import { maskUrls, maskUrlsIn } from "./mask-urls.ts";

test("hides user, password and query of every URL in a text", () => {
  expect(maskUrls("no answer from http://me:pw@host:80/v1?key=abc: refused, or https://x?a=1")).toBe(
    "no answer from http://***@host:80/v1?*** refused, or https://x?***",
  );
  expect(maskUrls("there is no file at /home/me/https:/me:pw@host/set.jsonl")).not.toContain("pw");
  for (const password of ["p@w", "p/w", "p?w", "p#w", "p:w"])
    expect(maskUrls(`"ftp://me:${password}@host/x"`), password).toBe('"ftp://***@host/x"');
});

test("leaves texts alone in which there is nothing to hide", () => {
  for (const text of ["http://127.0.0.1:8000/v1", "mail me@host", "hf://datasets/a/b@main/x.jsonl", "why? 3:/4", ""])
    expect(maskUrls(text)).toBe(text);
});

test("takes no long time over hostile texts", () => {
  const started = performance.now();
  for (const part of ["a.", "http://", "http:/@", "a:/?"]) maskUrls(part.repeat(100_000 / part.length));
  expect(performance.now() - started).toBeLessThan(1000);
});

test("hides them anywhere in a tree", () => {
  const tree = { policy: { url: ["http://me:pw@a", "http://b"] }, steps: 3, none: null };
  expect(maskUrlsIn(tree)).toEqual({ policy: { url: ["http://***@a", "http://b"] }, steps: 3, none: null });
});
