import { Ajv, type AnySchemaObject, type Options, type ValidateFunction } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import { RE2JS } from "re2js";
import { compileLinear } from "../text/linear-regex.ts";

/** The drafts of JSON Schema by what `$schema` says, its fragment aside. */
const DRAFTS: ReadonlyMap<string, new (options: Options) => Ajv> = new Map([
  ["https://json-schema.org/draft/2020-12/schema", Ajv2020],
  ["https://json-schema.org/draft/2019-09/schema", Ajv2019],
  ["http://json-schema.org/draft-07/schema", Ajv],
]);
const [DEFAULT_DRAFT = ""] = DRAFTS.keys();

/** Patterns in schemas run on strings of the response: on an engine that no string makes run for ever. */
const regExp = Object.assign((pattern: string) => compileLinear(RE2JS.translateRegExp(pattern)), { code: "" });

/**
 * Compiles a JSON schema. References out of it are not followed, and `format` is an annotation, as the standard has it.
 * @param isStrict whether keywords that the draft does not have are refused, which finds misspelt ones.
 * @throws Error that says what is wrong with the schema, and where.
 */
export function compileSchema(schema: AnySchemaObject, isStrict: boolean): ValidateFunction {
  const draft = String(schema["$schema"] ?? DEFAULT_DRAFT).replace(/#$/, "");
  const Draft = DRAFTS.get(draft);
  if (Draft === undefined) throw new Error(`$schema is "${draft}", not one of: ${[...DRAFTS.keys()].join(", ")}`);
  const options = {
    strict: false,
    strictSchema: isStrict,
    validateFormats: false,
    logger: false as const,
    code: { regExp },
  };
  const validate = new Draft(options).compile(schema);
  if ("$async" in validate) throw new Error("$async is no keyword of JSON Schema");
  return validate;
}
