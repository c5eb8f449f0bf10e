import { describe, expect, it } from "vitest";
import { checkOptions } from "../../core/check-options.ts";
import { judgeResponse } from "../pool/judge-response.ts";
import { jsonSchema } from "./json-schema.ts";

async function judge(response: string, options: Record<string, unknown>, answer = "", problem = {}) {
  const checked = checkOptions(jsonSchema.options, options, "json-schema");
  return judgeResponse(jsonSchema, checked, { problem, response, answer }, 5000);
}

const DRAFT_07 = { $schema: "http://json-schema.org/draft-07/schema#" };

const PERSON = {
  type: "object",
  properties: { name: { type: "string", pattern: "^[a-z]+$" }, age: { type: "integer", minimum: 0 } },
  required: ["name"],
  additionalProperties: false,
};

describe("json-schema", () => {
  it("passes what meets the schema, and tells the first faults with their paths", async () => {
    expect(await judge('{"name": "ada", "age": 36}', { schema: PERSON })).toMatchObject({
      passed: true,
      score: 1,
      extracted: '{"age":36,"name":"ada"}',
    });
    const faults = async (response: string) => (await judge(response, { schema: PERSON })) as { details?: unknown };
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
    expect(await judge(response, { schema: PERSON })).toMatchObject({ passed: true });
    expect(await judge(response, { schema: PERSON, read: "whole" })).toMatchObject({ passed: false });
    expect(await judge(' {"name":"ada"} ', { schema: PERSON, read: "whole" })).toMatchObject({ passed: true });
    expect(await judge('```json\n{"name":"ada"}\n```', { schema: PERSON, read: "whole" })).toMatchObject({
      passed: false,
    });
  });

  it("reads a tag when asked", async () => {
    const options = { schema: PERSON, tag: "answer" };
    expect(await judge('{} <answer>{"name":"ada"}</answer>', options)).toMatchObject({ passed: true });
    expect(await judge('{"name":"ada"}', options)).toMatchObject({ passed: false });
  });

  it("takes the schema of the problem, as an object or as text, where the options have none", async () => {
    for (const given of [PERSON, JSON.stringify(PERSON)]) {
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
    const draft07 = { ...DRAFT_07, ...tuple };
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

describe("json-schema's own properties", () => {
  const accepts = async (schema: unknown, text: string) => {
    const judgement = await judge(text, {}, "", { schema });
    if (judgement.status !== "ok") throw new Error(judgement.error);
    return judgement.passed;
  };

  it.each(["toString", "valueOf", "constructor", "hasOwnProperty", "__proto__"])(
    "counts %s only where it is given",
    async (name) => {
      const given = `{"${name}": "x"}`;
      expect(await accepts({ required: [name] }, "{}")).toBe(false);
      expect(await accepts({ required: [name] }, given)).toBe(true);
      const typed = `{"properties": {"${name}": {"type": "number"}}, "additionalProperties": false}`;
      expect(await accepts(typed, "{}")).toBe(true);
      expect(await accepts(typed, given)).toBe(false);
      expect(await accepts(typed, `{"${name}": 1}`)).toBe(true);
      expect(await accepts({ dependentRequired: { [name]: ["a"] } }, "{}")).toBe(true);
      expect(await accepts({ patternProperties: { "^a": {} }, unevaluatedProperties: false }, given)).toBe(false);
    },
  );

  it.each(["toString", "valueOf", "constructor", "__proto__"])("compares values with the key %s", async (name) => {
    const [one, other] = [`{"${name}": {"a": 1}}`, `{"${name}": {"a": 2}}`];
    expect(await accepts({ uniqueItems: true }, `[${one}, ${one}]`)).toBe(false);
    expect(await accepts({ uniqueItems: true }, `[${one}, ${other}]`)).toBe(true);
    expect(await accepts(`{"const": ${one}}`, one)).toBe(true);
    expect(await accepts(`{"const": ${one}}`, other)).toBe(false);
    expect(await accepts(`{"enum": [1, ${one}]}`, one)).toBe(true);
    expect(await accepts(`{"enum": [1, ${one}]}`, other)).toBe(false);
    for (const draft of ["draft/2020-12/schema", "draft-07/schema#"]) {
      const scheme = draft.startsWith("draft/") ? "https" : "http";
      const schema = `{"$schema": "${scheme}://json-schema.org/${draft}", "enum": [${one}, ${other}]}`;
      expect(await accepts(schema, other)).toBe(true);
    }
  });

  it("takes numbers for multiples by their decimals", async () => {
    expect(await accepts({ multipleOf: 0.01 }, "19.99")).toBe(true);
    expect(await accepts({ multipleOf: 0.01 }, "19.995")).toBe(false);
    expect(await accepts({ multipleOf: 0.3 }, "1e22")).toBe(false);
    expect(await accepts({ multipleOf: 1e-300 }, "1e300")).toBe(true);
  });

  it.each<[string, object, string, boolean]>([
    ["an empty list", { prefixItems: [{ type: "string" }], contains: { type: "boolean" } }, "[]", false],
    ["a shorter list", { prefixItems: [true, { type: "string" }], contains: { type: "boolean" } }, "[1]", false],
    ["a list within", { items: { prefixItems: [{ type: "string" }], contains: { type: "boolean" } } }, "[[]]", false],
    ["unlike items", { prefixItems: [true, true, { type: "string" }], uniqueItems: true }, "[1, 1]", false],
    ["in not", { not: { prefixItems: [{ type: "string" }], contains: { type: "boolean" } } }, "[]", true],
    ["in if", { if: { prefixItems: [{ type: "string" }], contains: {} }, else: { minItems: 1 } }, "[]", false],
    ["draft-07", { ...DRAFT_07, not: { items: [{ type: "string" }], contains: {} } }, "[]", true],
    ["draft-07, rest", { ...DRAFT_07, items: [true, { type: "string" }], contains: { const: 2 } }, "[1]", false],
    ["what passes", { prefixItems: [{ type: "string" }], contains: { type: "boolean" } }, '["a", true]', true],
  ])("applies what stands beside a tuple to values that are shorter: %s", async (_, schema, text, expected) => {
    expect(await accepts(schema, text)).toBe(expected);
  });

  it("finds nothing in an empty list behind one that is not empty", async () => {
    const lists = { items: { contains: { type: "boolean" } } };
    expect(await accepts(lists, "[[true], [false, 1]]")).toBe(true);
    expect(await accepts(lists, "[[true], []]")).toBe(false);
    const draft07 = { ...DRAFT_07, ...lists };
    expect(await accepts(draft07, "[[true], []]")).toBe(false);
    expect(await accepts({ items: { contains: { type: "boolean" }, minContains: 0 } }, "[[true], []]")).toBe(true);
    expect(await accepts({ items: { contains: true, minContains: 1 } }, "[[true], []]")).toBe(false);
    expect(await accepts({ items: { not: { contains: { type: "boolean" } } } }, "[[1], []]")).toBe(true);
    expect(await accepts({ items: { anyOf: [{ contains: {} }, { maxItems: 0 }] } }, "[[1], []]")).toBe(true);
  });

  it("judges what is not evaluated where that hangs on no condition", async () => {
    const based = {
      allOf: [{ $ref: "#/$defs/base" }],
      properties: { b: true },
      anyOf: [{ required: ["a"] }, { required: ["b"] }],
      unevaluatedProperties: false,
      $defs: { base: { properties: { a: true } } },
    };
    expect(await accepts(based, '{"a": 1, "b": 2}')).toBe(true);
    expect(await accepts(based, '{"a": 1, "c": 2}')).toBe(false);
    const items = { allOf: [{ prefixItems: [{ type: "string" }] }], unevaluatedItems: false };
    expect(await accepts(items, '["a"]')).toBe(true);
    expect(await accepts(items, '["a", 1]')).toBe(false);
  });
});

describe("a schema that our validator would judge wrongly", () => {
  const kinds = { anyOf: [{ properties: { a: true } }, { properties: { b: true } }], unevaluatedProperties: false };

  it.each<[string, object]>([
    ["$dynamicRef", { properties: { a: { $dynamicRef: "#node" } } }],
    ["$dynamicAnchor", { $defs: { a: { $dynamicAnchor: "node" } } }],
    ["$recursiveRef", { $schema: "https://json-schema.org/draft/2019-09/schema", items: { $recursiveRef: "#" } }],
    ["unevaluatedItems with contains", { contains: { type: "string" }, unevaluatedItems: false }],
    [
      "unevaluatedItems with contains",
      { allOf: [{ $ref: "#/$defs/c" }], unevaluatedItems: false, $defs: { c: { contains: {} } } },
    ],
    ["where oneOf decides", { oneOf: [{ contains: {} }, true], unevaluatedItems: { type: "string" } }],
    ["where anyOf decides", { anyOf: [{ prefixItems: [true] }, true], unevaluatedItems: false }],
    ["where anyOf decides", { type: "array", items: kinds }],
    ["where anyOf decides", { $ref: "#/components/kinds", components: { kinds } }],
    ["where if decides", { if: { allOf: [{ properties: { a: true } }] }, else: {}, unevaluatedProperties: false }],
    [
      "where dependentSchemas decides",
      { dependentSchemas: { a: { properties: { b: true } } }, unevaluatedProperties: false },
    ],
    ["no path within the schema", { $ref: "#base", unevaluatedProperties: false, $defs: { b: { $anchor: "base" } } }],
    ["maxItems stands beside $ref", { ...DRAFT_07, $ref: "#/definitions/a", maxItems: 1, definitions: { a: {} } }],
    ["$id stands beside $ref", { ...DRAFT_07, properties: { a: { $id: "x", $ref: "#" } } }],
    ["nullable", { properties: { a: { type: "string", nullable: true } } }],
    ["another draft", { properties: { a: { ...DRAFT_07, items: [{}] } } }],
    ["cannot be followed", { $ref: "#" }],
    ["names __proto__", JSON.parse('{"dependentSchemas": {"__proto__": {"required": ["a"]}}}') as object],
  ])("is refused before a run, and when it judges: %s", async (message, schema) => {
    const problem = { problem: "?", answer: "", schema };
    const checked = checkOptions(jsonSchema.options, {}, "json-schema");
    expect(() => jsonSchema.checkProblem?.(problem, checked)).toThrow(message);
    expect(await judge("{}", {}, "", { schema })).toMatchObject({
      status: "error",
      error: expect.stringContaining(message) as unknown,
    });
  });

  it.each<[string, object]>([
    [
      "properties that are called like keywords",
      { properties: { $dynamicRef: {}, nullable: {}, contains: {}, if: {} } },
    ],
    ["values that look like schemas", { enum: [{ $dynamicRef: "#a", unevaluatedItems: false, contains: {} }, {}] }],
    ["remarks beside $ref", { ...DRAFT_07, $ref: "#/definitions/a", title: "A", definitions: { a: {} } }],
    ["anchors", { $ref: "#a", $defs: { a: { $anchor: "a" } } }],
    ["recursion", { properties: { next: { $ref: "#" } } }],
  ])("is not one with %s", async (_, given) => {
    expect(await judge("{}", {}, "", { schema: given })).toMatchObject({ passed: true });
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
