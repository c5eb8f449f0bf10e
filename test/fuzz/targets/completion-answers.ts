import fc from "fast-check";
import { HttpPolicyClient } from "../../../src/policy/http-policy-client.ts";
import { fuzzTarget } from "../fuzz-target.ts";
import { rarely } from "../rarely.ts";
import { answeringConnection, sentChoice } from "../sent-choice.ts";

const anything = fc.jsonValue({ maxDepth: 3 });
const choices = fc.oneof(
  { weight: 4, arbitrary: sentChoice.map((choice) => [choice] as unknown[]) },
  { weight: 4, arbitrary: fc.array(fc.oneof({ weight: 8, arbitrary: sentChoice }, anything), { maxLength: 3 }) },
  { weight: 1, arbitrary: anything },
);
const answer = fc.record(
  {
    choices,
    policy_version: fc.oneof(fc.constant(undefined), fc.nat(9), rarely(5, anything)),
    error: rarely(21, anything),
  },
  { requiredKeys: ["choices"] },
);

/** Numbers that JSON lacks, deep nesting, and texts that are cut anywhere. */
const text = fc
  .record({
    value: fc.oneof({ weight: 9, arbitrary: answer as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: anything }),
    number: rarely(3, fc.constantFrom("NaN", "-Infinity", "Infinity", "1e999", "-0", "9".repeat(400))),
    depth: rarely(21, fc.integer({ min: 1, max: 100_000 })),
    cut: rarely(9, fc.nat(300)),
  })
  .map(({ value, number, depth, cut }) => {
    let json = JSON.stringify(value);
    if (number !== null) json = json.replace(/-0\.5/, number);
    if (depth !== null) json = `${"[".repeat(depth)}${json}${"]".repeat(depth)}`;
    return cut === null ? json : json.slice(0, cut);
  });

/** Whole answers of POST /v1/completions: see src/policy/http-policy-client.ts. */
export const target = fuzzTarget({
  input: fc.record({ text, n: fc.integer({ min: 1, max: 2 }) }),
  refusals: ["protocol_violation", "sampling_failed", "policy_failed"],
  read: ({ text: sent, n }) => {
    const client = new HttpPolicyClient(answeringConnection(sent), { model: "m" });
    return client.complete({ promptIds: [4, 5], n, seed: 1, temperature: 1, topP: 1, topK: 0, maxTokens: 8 });
  },
});
