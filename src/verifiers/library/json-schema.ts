import type { ErrorObject, ValidateFunction } from "ajv";
import { z } from "zod";
import { messageOf } from "../../core/errors.ts";
import { defineVerifier, type VerifierProblem } from "../define-verifier.ts";
import { compileSchema } from "../json/compile-schema.ts";
import { findJson, parseJson, type Json } from "../json/json-text.ts";
import { answerPart, tagOption } from "../text/tags.ts";

const schemaSchema = z.record(z.string(), z.unknown());

const options = z.strictObject({
  schema: schemaSchema
    .transform((schema, context) => {
      try {
        return compileSchema(schema, true);
      } catch (error) {
        context.addIssue({ code: "custom", message: messageOf(error) });
        return z.NEVER;
      }
    })
    .optional()
    .describe(
      "The JSON schema, of draft 2020-12, or by its `$schema` 2019-09 or 07; unknown keywords are refused. Left out: the problem's field `schema`.",
    ),
  read: z
    .enum(["any", "whole"])
    .default("any")
    .describe(
      "Where the JSON is: anywhere (the last block fenced as json, else the last object or array), or it is all.",
    ),
  tag: tagOption,
  equals_answer: z
    .boolean()
    .default(false)
    .describe("The value has to equal the reference answer, which is JSON, too."),
});

/** How many of the faults that a value has are told. */
const MAX_ERRORS = 5;
const MAX_LENGTH = 200;

/** The schemas of problems that were compiled last, by their JSON: the responses of a group share one. */
const compiled = new Map<string, ValidateFunction>();
const MAX_COMPILED = 100;

function schemaOf(problem: VerifierProblem): ValidateFunction {
  const given = problem["schema"];
  const text = typeof given === "string" ? given : (JSON.stringify(given) ?? "");
  const known = compiled.get(text);
  if (known !== undefined) return known;
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  try {
    const validate = compileSchema(schemaSchema.parse(JSON.parse(text)), false);
    compiled.set(text, validate);
    return validate;
  } catch (error) {
    const what =
      given === undefined ? "is not there, and the options have no schema" : `is no schema: ${messageOf(error)}`;
    throw new Error(`the problem's \`schema\` ${what}`, { cause: error });
  }
}

function readGold(answer: string, validate: ValidateFunction): Json {
  const gold = parseJson(answer);
  if ("fault" in gold) throw new Error(`the reference answer cannot be read as JSON: ${gold.fault}`);
  if (!validate(gold.value)) throw new Error("the reference answer does not meet the schema");
  return gold;
}

/**
 * Passes a response whose JSON meets a schema, and equals the reference answer if that is asked for: keys in any order,
 * numbers compared exactly. A key that stands twice, more than 100,000 characters and a nesting deeper than 100 fail.
 * References out of a schema are not followed, and `format` in it is a remark, as the standard has it. A schema that our
 * validator would judge wrongly, such as one with `$dynamicRef`, is refused: json/refuse-schema.ts. A problem's schema or
 * answer that cannot be used throws, before a run starts. The details hold the first faults, with their paths (RFC 6901).
 */
export const jsonSchema = defineVerifier({
  name: "json-schema",
  version: "2",
  options,
  checkProblem(problem, { schema, equals_answer }) {
    const validate = schema ?? schemaOf(problem);
    if (equals_answer) readGold(problem.answer ?? "", validate);
  },
  verify({ problem, response, answer }, { schema, read, tag, equals_answer }) {
    const validate = schema ?? schemaOf(problem);
    const gold = equals_answer ? readGold(answer, validate) : null;
    const text = answerPart(response, tag);
    if (text === null) return failed([{ path: "", message: `there is no closed tag ${tag}` }]);
    const json = read === "whole" ? parseJson(text.trim()) : findJson(text);
    if ("fault" in json) return failed([{ path: "", message: json.fault }]);
    const extracted = json.canonical;
    if (!validate(json.value))
      return { ...failed((validate.errors ?? []).slice(0, MAX_ERRORS).map(describe)), extracted };
    if (gold !== null && gold.canonical !== extracted) {
      return { ...failed([{ path: "", message: "differs from the reference answer" }]), extracted };
    }
    return { passed: true, extracted };
  },
});

interface Fault {
  readonly path: string;
  readonly message: string;
}

function failed(errors: readonly Fault[]) {
  return { passed: false, details: { errors } };
}

/** A fault as ajv tells it. Names out of the response stand in it: they are cut. */
function describe({ instancePath, message = "is wrong", params }: ErrorObject): Fault {
  const { additionalProperty, unevaluatedProperty = additionalProperty } = params;
  const which = unevaluatedProperty === undefined ? "" : ` (${JSON.stringify(unevaluatedProperty)})`;
  return { path: instancePath.slice(0, MAX_LENGTH), message: `${message}${which}`.slice(0, MAX_LENGTH) };
}
