import { Ajv, type AnySchemaObject, type Options, type ValidateFunction } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import { RE2JS } from "re2js";
import { compileLinear } from "../text/linear-regex.ts";
import { exactKeywords } from "./exact-keywords.ts";
import { protoByPattern, refuseSchema } from "./refuse-schema.ts";

type Draft = new (options: Options) => Ajv;

const DRAFT_07 = "http://json-schema.org/draft-07/schema";

/** The drafts of JSON Schema by what `$schema` says, its fragment aside. */
const DRAFTS: ReadonlyMap<string, Draft> = new Map<string, Draft>([
  ["https://json-schema.org/draft/2020-12/schema", Ajv2020],
  ["https://json-schema.org/draft/2019-09/schema", Ajv2019],
  [DRAFT_07, Ajv],
]);
const [DEFAULT_DRAFT = ""] = DRAFTS.keys();

/** Patterns in schemas run on strings of the response: on an engine that no string makes run for ever. */
const regExp = Object.assign((pattern: string) => compileLinear(RE2JS.translateRegExp(pattern)), { code: "" });

const OPTIONS = { strict: false, validateFormats: false, logger: false as const };

/** Validators of schemas, by draft: to make one takes some ten times as long as to compile an ordinary schema. */
const metaValidators = new Map<Draft, Ajv>();

/** @throws Error for what is no schema of its draft. */
function requireSchema(Draft: Draft, schema: AnySchemaObject): void {
  const ajv = metaValidators.get(Draft) ?? exactKeywords(new Draft(OPTIONS));
  metaValidators.set(Draft, ajv);
  if (ajv.validateSchema(schema) !== true) throw new Error(`schema is invalid: ${ajv.errorsText()}`);
}

/**
 * Compiles a JSON schema. References out of it are not followed, and `format` is an annotation, as the standard has it.
 * Only an object's own properties count, whatever they are called.
 * @param isStrict whether keywords that the draft does not have are refused, which finds misspelt ones.
 * @throws Error that says what is wrong with the schema, and where, or that it cannot be judged: refuse-schema.ts.
 */
export function compileSchema(schema: AnySchemaObject, isStrict: boolean): ValidateFunction {
  const draft = String(schema["$schema"] ?? DEFAULT_DRAFT).replace(/#$/, "");
  const Draft = DRAFTS.get(draft);
  if (Draft === undefined) throw new Error(`$schema is "${draft}", not one of: ${[...DRAFTS.keys()].join(", ")}`);
  const plain = protoByPattern(schema);
  const refusal = refuseSchema(plain, draft === DRAFT_07);
  if (refusal !== undefined) throw new Error(refusal);
  requireSchema(Draft, schema);
  const options = {
    ...OPTIONS,
    // Else ajv passes over what follows a tuple whose value is shorter: contains beside prefixItems, for [].
    allErrors: true,
    ownProperties: true,
    strictSchema: isStrict,
    validateSchema: false,
    code: { regExp },
  };
  const validate = compile(exactKeywords(new Draft(options)), plain);
  if ("$async" in validate) throw new Error("$async is no keyword of JSON Schema");
  return validate;
}

/** A value of each type, by which references that lead in a circle show. */
const PROBES: readonly unknown[] = [null, true, 0, "", [], {}];

function compile(ajv: Ajv, schema: AnySchemaObject): ValidateFunction {
  try {
    const validate = ajv.compile(schema);
    for (const probe of PROBES) validate(probe);
    return validate;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Error("its references cannot be followed: write them as paths from the root, such as #/$defs/name", {
      cause: error,
    });
  }
}
