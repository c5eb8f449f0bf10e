import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ReceivedRequest } from "../hints/fake-teacher.ts";
import { folder, hint, start, storedRequests, writeSet } from "../hints/hint-command.ts";

describe("what is wrong is told with what to do", () => {
  test("a teacher that is not there", async () => {
    writeSet(["one"]);
    const teacher = await start();
    await teacher.close();
    const { code, stderr } = await hint(teacher);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/no answer from the teacher at .*ECONNREFUSED[^]*--teacher/),
    ]);
  });

  test("a model that the server does not have, with those that it has", async () => {
    writeSet(["one"]);
    const teacher = await start({ react: () => ({ status: 404, message: "no such model" }) });
    const { code, stderr } = await hint(teacher, "--model", "wise-awl");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/no model .*"wise-awl"[^]*Did you mean "wise-owl"/)]);
  });

  test("a request that the server refuses before it answered any", async () => {
    writeSet(Array.from({ length: 30 }, (_, index) => `problem ${index}`));
    const teacher = await start({ react: () => ({ status: 400, message: "temperature must be 1" }) });
    const { code, stderr } = await hint(teacher);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/temperature must be 1[^]*--temperature/)]);
    expect(teacher.requests.length).toBeLessThan(60);
    expect(existsSync(join(folder, "hinted.jsonl"))).toBe(false);
  });

  test("a server that fails for good, without losing what it answered", async () => {
    writeSet(["one", "down"]);
    const fails = ({ messages }: ReceivedRequest) =>
      messages[0]?.content.includes("# Problem\n\ndown\n") ? { status: 503, message: "overloaded" } : undefined;
    const { code, stderr } = await hint(await start({ react: fails }), "--concurrency", "1");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/overloaded[^]*run the same command again/)]);
    expect(storedRequests()).toHaveLength(1);
  });

  test("something that is no teacher", async () => {
    writeSet(["one"]);
    const teacher = await start();
    const { code, stderr } = await hint({ url: `${teacher.url}/v1/models` });
    expect([code, stderr]).toEqual([2, expect.stringContaining("--teacher is the base URL")]);
  });

  test.each([
    ["{}", /no chat completion: choices/],
    ['{"choices": [', /could not be read: .*JSON/],
  ])("an answer such as %s", async (body, message) => {
    writeSet(["one"]);
    const { code, stderr } = await hint(await start({ react: () => ({ body }) }));
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
  });

  test.each([
    [["--out", "nowhere/hinted.jsonl"], "no folder"],
    [["--key-env", "NO_SUCH_KEY"], "NO_SUCH_KEY, which --key-env names, is not set"],
    [["--teacher", "localhost:8000"], "did you mean http://localhost:8000"],
  ])("%j", async (options, message) => {
    const teacher = await start();
    writeSet(["one"]);
    const { code, stderr } = await hint(teacher, ...options);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(teacher.requests).toEqual([]);
  });

  test("a set that is not there", async () => {
    const { code, stderr } = await hint({ url: "http://127.0.0.1:9" });
    expect([code, stderr]).toEqual([2, expect.stringContaining("there is no file at")]);
  });
});
