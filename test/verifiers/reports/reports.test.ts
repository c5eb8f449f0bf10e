import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openVerifier } from "../../../src/verifiers/open-verifier.ts";
import { judgeResponse } from "../../../src/verifiers/pool/judge-response.ts";

/** A case of the file; README.md says what its fields are. */
interface ReportedCase {
  readonly kind: string;
  readonly verifier: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly problem?: Readonly<Record<string, unknown>>;
  readonly answer: string;
  readonly response: string;
  readonly passed: boolean | { readonly score: number };
}

const lines = readFileSync(join(import.meta.dirname, "verifiers.jsonl"), "utf8")
  .trim()
  .split("\n");
const cases = lines.map((line) => JSON.parse(line) as ReportedCase);

const DEADLINE_MS = 10_000;

it("reads every case", () => {
  expect(cases).toHaveLength(115);
});

it.each(cases.map((reported, index) => [`${reported.kind}, line ${index + 1}`, reported] as const))(
  "judges %s",
  async (_, { verifier: name, options: given, problem = {}, answer, response, passed }) => {
    const { verifier, options } = await openVerifier(name, given);
    const judgement = await judgeResponse(verifier, options, { problem, response, answer }, DEADLINE_MS);
    const expected = typeof passed === "boolean" ? { passed } : passed;
    expect(judgement, JSON.stringify({ answer, response })).toMatchObject({ status: "ok", ...expected });
  },
);
