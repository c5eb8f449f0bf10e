import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifiersSchema } from "../../config/verifier-schema.ts";
import type { OkVerdict } from "../../verifiers/verdict.ts";
import { createJudge, type JudgedResponse, type JudgedText, type Judge } from "./judge.ts";

const signal = new AbortController().signal;
const problem = { problem: "1+1", answer: "2" };
const finished = (text: string): JudgedText => ({ text, truncated: false });

const statuses = (judged: readonly JudgedResponse[]) =>
  judged.map(({ verdicts }) => verdicts.map(({ verifier, verdict }) => `${verifier} ${verdict.status}`).join(", "));

describe("a judge of several verifiers", () => {
  let judge: Judge;
  beforeAll(async () => {
    judge = await createJudge(
      verifiersSchema.parse([
        { name: "numeric", as: "form", read: "whole", absolute: 1000, gate: true },
        { name: "numeric" },
        { name: "exact", weight: 0.5, required: false },
      ]),
    );
  });
  afterAll(() => judge.close());

  it("keeps each verdict under its label, and skips what is behind a gate that did not open", async () => {
    const judged = await judge.group(problem, ["2", "2.0", "3", "so 2"].map(finished), signal);
    expect(statuses(judged)).toEqual([
      "form ok, numeric ok, exact ok",
      "form ok, numeric ok, exact ok",
      "form ok, numeric ok, exact ok",
      "form ok, numeric skipped, exact skipped",
    ]);
    expect(judged.map(({ outcome }) => [outcome.reward, outcome.passed])).toEqual([
      [1.5, true],
      [1, true],
      [0, false],
      [0, false],
    ]);
    expect(judged[3]?.verdicts[1]?.verdict).toMatchObject({ attempts: 0, error: expect.stringContaining("gate") });
  });

  it("judges equal responses once", async () => {
    const judged = await judge.group(problem, ["7", "8", "7"].map(finished), signal);
    expect(judged[2]?.outcome).toEqual(judged[0]?.outcome);
    expect(judged.map(({ verdicts }) => verdicts[0]?.isKept)).toEqual([false, false, true]);
    expect(judged[1]?.verdicts[0]?.key).not.toBe(judged[0]?.verdicts[0]?.key);
  });

  it("judges a cut response apart from a finished one of the same text", async () => {
    const judged = await judge.group(problem, [finished("9"), { text: "9", truncated: true }], signal);
    expect(judged.map(({ verdicts }) => verdicts[0]?.isKept)).toEqual([false, false]);
    expect(judged[1]?.verdicts[0]?.key).not.toBe(judged[0]?.verdicts[0]?.key);
  });

  it("gives verdicts keys that change with the problem, the response and the verifier's options", async () => {
    const keys = async (answer: string, response: string) =>
      (await judge.group({ ...problem, answer }, [response].map(finished), signal))[0]?.verdicts.map(
        ({ key }) => key,
      ) ?? [];
    const all = [...(await keys("2", "2")), ...(await keys("2", "3")), ...(await keys("3", "2"))];
    expect(new Set(all).size).toBe(9);
    expect(await keys("2", "2")).toEqual(all.slice(0, 3));
  });
});

it("does not ask a verifier for what is kept", async () => {
  const kept: OkVerdict = {
    status: "ok",
    passed: true,
    score: 0.75,
    extracted: null,
    details: null,
    runMs: 5,
    queueMs: 0,
    attempts: 1,
  };
  const asked: string[][] = [];
  const judge = await createJudge(verifiersSchema.parse([{ name: "exact" }]), (keys) => {
    asked.push([...keys]);
    return new Map(keys.slice(0, 1).map((key) => [key, kept]));
  });
  const judged = await judge.group(problem, ["no", "2", "no"].map(finished), signal);
  await judge.close();
  expect(asked).toHaveLength(1);
  expect(asked[0]).toHaveLength(2);
  expect(judged.map(({ outcome, verdicts }) => [outcome.reward, verdicts[0]?.isKept])).toEqual([
    [0.75, true],
    [1, false],
    [0.75, true],
  ]);
});

it("asks a verifier that judges groups for the whole group, equal responses too, unless all of it is kept", async () => {
  const group = fileURLToPath(new URL("../../../test/verifiers/fixtures/group.ts", import.meta.url));
  const stored = new Map<string, OkVerdict>();
  const judge = await createJudge(verifiersSchema.parse([{ name: group }]), (keys) => {
    return new Map(keys.flatMap((key) => (stored.has(key) ? [[key, stored.get(key)!] as const] : [])));
  });
  const ask = async (...responses: string[]) => {
    const judged = await judge.group(problem, responses.map(finished), signal);
    for (const { verdicts } of judged)
      for (const { key, verdict } of verdicts) if (key !== null && verdict.status === "ok") stored.set(key, verdict);
    return judged.map(({ outcome, verdicts }) => [outcome.extracted, verdicts[0]?.isKept]);
  };
  expect(await ask("2", "3", "2")).toEqual(Array.from({ length: 3 }, () => ["of 3", false]));
  expect(await ask("2", "3")).toEqual(Array.from({ length: 2 }, () => ["of 2", false]));
  expect(await ask("2", "3", "2")).toEqual(Array.from({ length: 3 }, () => ["of 3", true]));
  await judge.close();
});

it("gives verifiers whether a response was cut", async () => {
  const cut = fileURLToPath(new URL("../../../test/verifiers/fixtures/cut.ts", import.meta.url));
  const judge = await createJudge(verifiersSchema.parse([{ name: cut }]));
  const judged = await judge.group(problem, [finished("2"), { text: "2", truncated: true }], signal);
  await judge.close();
  expect(judged.map(({ outcome }) => outcome.passed)).toEqual([false, true]);
});

it("refuses two verifiers of one name, and a wrong option of the second", async () => {
  const twice = verifiersSchema.parse([{ name: "exact" }, { name: "exact", fold_case: true }]);
  await expect(createJudge(twice)).rejects.toMatchObject({
    code: "bad_recipe",
    advice: expect.stringContaining("as:"),
  });
  const wrong = verifiersSchema.parse([{ name: "exact" }, { name: "numeric", absolut: 1 }]);
  await expect(createJudge(wrong)).rejects.toMatchObject({ message: expect.stringContaining('"absolute"') });
  const misspelt = verifiersSchema.parse([{ name: "exact", weigth: 2 }]);
  await expect(createJudge(misspelt)).rejects.toMatchObject({ advice: expect.stringContaining("weight, gate") });
});
