import { describe, expect, it } from "vitest";
import { checkOptions } from "../../core/check-options.ts";
import { judgeResponse } from "../pool/judge-response.ts";
import { jsonSchema } from "./json-schema.ts";

async function judge(response: string, options: Record<string, unknown>, answer = "", problem = {}) {
  const checked = checkOptions(jsonSchema.options, options, "json-schema");
  return judgeResponse(jsonSchema, checked, { problem, response, answer }, 5000);
}

const schema = {
  type: "object",
  properties: { name: { type: "string", pattern: "^[a-z]+$" }, age: { type: "integer", minimum: 0 } },
  required: ["name"],
  additionalProperties: false,
};

describe("json-schema", () => {
  it("passes what meets the schema, and tells the first faults with their paths", async () => {
    expect(await judge('{"name": "ada", "age": 36}', { schema })).toMatchObject({
      passed: true,
      score: 1,
      extracted: '{"age":36,"name":"ada"}',
    });
    const faults = async (response: string) => (await judge(response, { schema })) as { details?: unknown };
    expect(await faults('{"name": "Ada"}')).toMatchObject({
      passed: false,
      details: { errors: [{ path: "/name", message: 'must match pattern "^[a-z]+$"' }] },
    });
    expect(await faults('{"age": 1}')).toMatchObject({
      details: { errors: [{ path: "", message: "must have required property 'name'" }] },
    });
    expect(await faults('{"name":"a","x":1}')).toMatchObject({
      details: { errors: [{ path: "", message: 'must NOT have additional properties ("x")' }] },
    });
    expect(await faults("no")).toMatchObject({ passed: false, extracted: null, details: { errors: [{ path: "" }] } });
  });

  it("reads JSON out of prose, or refuses anything beside it when asked", async () => {
    const response = 'Here: {"name":"ada"}!';
    expect(await judge(response, { schema })).toMatchObject({ passed: true });
    expect(await judge(response, { schema, read: "whole" })).toMatchObject({ passed: false });
    expect(await judge(' {"name":"ada"} ', { schema, read: "whole" })).toMatchObject({ passed: true });
    expect(await judge('```json\n{"name":"ada"}\n```', { schema, read: "whole" })).toMatchObject({ passed: false });
  });

  it("reads a tag when asked", async () => {
    const options = { schema, tag: "answer" };
    expect(await judge('{} <answer>{"name":"ada"}</answer>', options)).toMatchObject({ passed: true });
    expect(await judge('{"name":"ada"}', options)).toMatchObject({ passed: false });
  });

  it("takes the schema of the problem, as an object or as text, where the options have none", async () => {
    for (const given of [schema, JSON.stringify(schema)]) {
      expect(await judge('{"name":"ada"}', {}, "", { schema: given })).toMatchObject({ passed: true });
      expect(await judge('{"name":"Ada"}', {}, "", { schema: given })).toMatchObject({ passed: false });
    }
    expect(await judge("{}", {}, "", { schema: { type: "object", "x-note": 1 } })).toMatchObject({ passed: true });
  });

  it("compares with the answer when asked: keys in any order, numbers exactly", async () => {
    const options = { schema: {}, equals_answer: true };
    const answer = '{"a": [1.0, 12345678901234567891], "b": "x"}';
    expect(await judge('{"b":"x","a":[1,12345678901234567891]}', options, answer)).toMatchObject({ passed: true });
    expect(await judge('{"b":"x","a":[1,12345678901234567890]}', options, answer)).toMatchObject({ passed: false });
    expect(await judge('{"b":"x","a":[12345678901234567891,1]}', options, answer)).toMatchObject({ passed: false });
  });

  it.each([
    ["no schema at all", {}, "", {}, "schema"],
    ["a schema that is none", {}, "", { schema: { type: "strng" } }, "type must be"],
    ["a schema that is no JSON", {}, "", { schema: "{" }, "is no schema"],
    ["a schema with a remote reference", {}, "", { schema: { $ref: "http://localhost:1/x" } }, "can't resolve"],
    ["an answer that is no JSON", { schema: {}, equals_answer: true }, "x", {}, "not JSON"],
    ["an answer that cannot pass", { schema: { type: "array" }, equals_answer: true }, "{}", {}, "does not meet"],
  ])("never blames the response for %s", async (_, options, answer, problem, error) => {
    expect(await judge("{}", options, answer, problem)).toMatchObject({
      status: "error",
      error: expect.stringContaining(error),
    });
  });

  it("reads a schema by the draft that it names", async () => {
    const tuple = { items: [{ type: "string" }], additionalItems: false };
    const draft07 = { $schema: "http://json-schema.org/draft-07/schema#", ...tuple };
    expect(await judge('["a"]', { schema: draft07 })).toMatchObject({ passed: true });
    expect(await judge('["a", 1]', { schema: draft07 })).toMatchObject({ passed: false });
    const draft2019 = { $schema: "https://json-schema.org/draft/2019-09/schema", ...tuple };
    expect(await judge('["a", 1]', { schema: draft2019 })).toMatchObject({ passed: false });
    const latest = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      prefixItems: [{ type: "string" }],
      items: false,
    };
    expect(await judge('["a", 1]', { schema: latest })).toMatchObject({ passed: false });
    expect(await judge('["a"]', { schema: latest })).toMatchObject({ passed: true });
  });
});

describe("json-schema's options", () => {
  it.each([
    [{ schema: { type: "strng" } }, "schema: schema is invalid: data/type must be"],
    [{ schema: { propertes: {} } }, 'unknown keyword: "propertes"'],
    [{ schema: { pattern: "a(b" } }, "missing closing ) (at character 3)"],
    [{ schema: { pattern: "^(?=a)" } }, "(?= (at character 2)"],
    [{ schema: { $ref: "#/nowhere" } }, "can't resolve reference #/nowhere"],
    [{ schema: { $ref: "https://example.org/x.json" } }, "can't resolve reference"],
    [{ schema: { $schema: "http://json-schema.org/draft-04/schema#" } }, "not one of"],
    [{ schema: { $async: true } }, "$async"],
    [{ schema: "x" }, "schema: "],
    [{ shema: {} }, 'did you mean "schema"?'],
  ])("%j is refused", (options, message) => {
    expect(() => checkOptions(jsonSchema.options, options, "json-schema")).toThrow(message);
  });
});

describe("json-schema on hostile text", () => {
  const strict = {
    type: "array",
    uniqueItems: true,
    items: { anyOf: [{ type: "string", pattern: "^(a+)+$" }, { type: "number" }, { type: "object" }, { $ref: "#" }] },
  };
  it.each([
    ["opened lists", "[".repeat(10_000_000)],
    ["a deep list", "[".repeat(5_000_000) + "]".repeat(5_000_000)],
    ["a deep list that is not too long", "[".repeat(50_000) + "]".repeat(50_000)],
    ["opened objects", '{"a":'.repeat(2_000_000)],
    ["empty objects", "{}".repeat(5_000_000)],
    ["sets", "{x} ".repeat(2_500_000)],
    ["opened strings", '{"'.repeat(5_000_000)],
    ["escaped quotes", '{\\"'.repeat(3_000_000)],
    ["escaped quotes in a string", `{"${'\\"{'.repeat(3_000_000)}`],
    ["spaces, then no JSON", `{${" ".repeat(100_000)}"a":${"x".repeat(90_000)}`],
    ["quotes on lines", '{"\n'.repeat(3_000_000)],
    ["a long string", `["${"a".repeat(10_000_000)}!"]`],
    ["a string for a bad pattern", `["${"a".repeat(90_000)}!", true]`],
    ["unlike objects", `[${Array.from({ length: 8000 }, (_, index) => `{"a":${index}}`).join(",")},true]`],
    ["long numbers", `[${"1".repeat(90_000)},true]`],
    ["zeros", `[1${"0".repeat(45_000)}1${"0".repeat(45_000)}1,true]`],
    ["exponents", `[1e${"9".repeat(90_000)}, true]`],
    ["fences", "```json\n".repeat(1_000_000)],
    ["NUL bytes", "\0".repeat(10_000_000)],
    ["lone surrogates", `["${"\ud800".repeat(40_000)}", true]`],
  ])("%s: judged within the deadline", async (_, text) => {
    expect(await judge(text, { schema: strict })).toMatchObject({ status: "ok", passed: false });
    expect(await judge(text, { schema: {}, equals_answer: true, read: "whole" }, "[0]")).toMatchObject({
      status: "ok",
      passed: false,
    });
  });
});
