/**
 * Parts of a schema that our validator (ajv 8) judges otherwise than the standard says, found by running the
 * JSON-Schema-Test-Suite (tools/json-schema-suite.ts) and by reading what it generates. A schema with one is refused:
 * every verdict by it could be wrong.
 */

type Schema = Readonly<Record<string, unknown>>;

/** Keywords whose value maps names to schemas. */
const MAPS = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"]);
/** Keywords whose value is never a schema. */
const LITERALS = new Set(["const", "enum", "default", "examples", "required", "dependentRequired", "type"]);
/** Keywords with schemas for the same value that hold under conditions. */
const CONDITIONAL = ["anyOf", "oneOf", "if", "then", "else", "dependentSchemas", "dependencies"];
/** What evaluates a property or an item of the value itself. */
const EVALUATING = {
  unevaluatedProperties: ["properties", "patternProperties", "additionalProperties", "unevaluatedProperties"],
  unevaluatedItems: ["prefixItems", "items", "additionalItems", "unevaluatedItems"],
} as const;

const REFUSED: ReadonlyMap<string, string> = new Map([
  ["$dynamicRef", "write $ref in its place, to the schema that is meant"],
  ["$dynamicAnchor", "write $anchor in its place"],
  ["$recursiveRef", 'write "$ref": "#" in its place'],
  ["$recursiveAnchor", 'write "$ref": "#" where $recursiveRef stands'],
  ["nullable", 'it is OpenAPI\'s, not JSON Schema\'s: write "type": ["string", "null"]'],
]);

/** What may stand beside `$ref` in draft-07, where the standard ignores everything that does. */
const BESIDE_REF = new Set(
  "$ref $schema $comment title description default examples readOnly writeOnly definitions $defs".split(" "),
);
/** What draft-07 would otherwise check, or resolve references by. */
const CHECKED = new Set(
  (
    "$id type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern items " +
    "additionalItems maxItems minItems uniqueItems contains maxProperties minProperties required properties " +
    "patternProperties additionalProperties dependencies propertyNames if then else allOf anyOf oneOf not"
  ).split(" "),
);

/**
 * Why a schema cannot be judged, with what to write instead; undefined where it can.
 * @param isDraft07 whether it is read by draft-07, rather than by a later one.
 */
export function refuseSchema(root: Schema, isDraft07: boolean): string | undefined {
  for (const schema of subschemas(root)) {
    const fault = isDraft07 ? faultBesideRef(schema) : (faultOfKeyword(schema) ?? faultOfUnevaluated(root, schema));
    if (fault !== undefined) return fault;
    if (schema["nullable"] !== undefined) return refused("nullable");
    if (schema !== root && schema["$schema"] !== undefined && schema["$schema"] !== root["$schema"])
      return "a part of the schema names another draft by $schema: write all of it in one";
    const named = [...MAPS].find((map) => namesProto(schema[map]));
    if (named !== undefined) return `${named} names __proto__, which cannot be judged`;
  }
  return undefined;
}

/**
 * A schema that says the same without naming the property `__proto__`, which ajv passes over: by a pattern of that name.
 * Where nothing names it, the schema itself.
 */
export function protoByPattern(root: Schema): Schema {
  if (![...subschemas(root)].some(({ properties }) => namesProto(properties))) return root;
  const copy = structuredClone(root);
  for (const schema of subschemas(copy) as Set<Record<string, unknown>>) {
    const { properties, patternProperties } = schema;
    if (!namesProto(properties)) continue;
    schema["patternProperties"] = {
      ...(patternProperties as Schema | undefined),
      "^__proto__$": properties["__proto__"],
    };
    delete properties["__proto__"];
  }
  return copy;
}

function namesProto(value: unknown): value is Record<string, unknown> {
  return isSchema(value) && Object.hasOwn(value, "__proto__");
}

function refused(keyword: string): string {
  return `${keyword} cannot be judged: ${REFUSED.get(keyword)}`;
}

function faultOfKeyword(schema: Schema): string | undefined {
  const found = Object.keys(schema).find((key) => REFUSED.has(key));
  return found === undefined ? undefined : refused(found);
}

function faultBesideRef(schema: Schema): string | undefined {
  if (typeof schema["$ref"] !== "string") return undefined;
  const beside = Object.keys(schema).find((key) => !BESIDE_REF.has(key) && CHECKED.has(key));
  return beside === undefined
    ? undefined
    : `${beside} stands beside $ref, which draft-07 ignores: put both into allOf, or name draft 2020-12 by $schema`;
}

/** What ajv evaluated of a value is right only where it is the same for all values. */
function faultOfUnevaluated(root: Schema, schema: Schema): string | undefined {
  for (const keyword of ["unevaluatedProperties", "unevaluatedItems"] as const) {
    if (schema[keyword] === undefined) continue;
    const here = inPlace(root, schema);
    if (here === undefined) return `${keyword} beside a $ref that is no path within the schema cannot be judged`;
    for (const part of here) {
      if (keyword === "unevaluatedItems" && part["contains"] !== undefined)
        return "unevaluatedItems with contains cannot be judged: write items in place of unevaluatedItems";
      const clause = CONDITIONAL.find((key) => evaluates(root, conditional(part, key), EVALUATING[keyword]));
      if (clause !== undefined)
        return `${keyword} cannot be judged where ${clause} decides what was evaluated: close each of its schemas by itself (${
          keyword === "unevaluatedItems" ? "items" : "additionalProperties"
        }: false)`;
    }
  }
  return undefined;
}

/** The schemas under a conditional keyword. */
function conditional(schema: Schema, keyword: string): readonly Schema[] {
  const value = schema[keyword];
  const isMap = MAPS.has(keyword);
  return (Array.isArray(value) ? value : isMap && isSchema(value) ? Object.values(value) : [value]).filter(isSchema);
}

/** Whether one of some schemas, or a schema that it applies to the same value, has one of some keywords. */
function evaluates(root: Schema, schemas: readonly Schema[], keywords: readonly string[]): boolean {
  const open = [...schemas];
  const seen = new Set<Schema>();
  for (const schema of open) {
    if (seen.has(schema)) continue;
    seen.add(schema);
    const here = inPlace(root, schema);
    if (here === undefined) return true;
    for (const part of here) {
      if (keywords.some((keyword) => part[keyword] !== undefined) || part["contains"] !== undefined) return true;
      open.push(...CONDITIONAL.flatMap((key) => conditional(part, key)));
    }
  }
  return false;
}

/** A schema with all that always apply to the same value, by `allOf` and `$ref`; undefined where a reference is not found. */
function inPlace(root: Schema, schema: Schema): Set<Schema> | undefined {
  const found = new Set([schema]);
  for (const each of found) {
    for (const part of conditional(each, "allOf")) found.add(part);
    const { $ref: reference } = each;
    if (typeof reference !== "string") continue;
    const target = resolvePointer(root, reference);
    if (target === undefined) return undefined;
    if (isSchema(target)) found.add(target);
  }
  return found;
}

/** What a reference by a path from the root leads to; undefined for any other reference, and below an `$id`. */
function resolvePointer(root: Schema, reference: string): unknown {
  if (reference !== "#" && !reference.startsWith("#/")) return undefined;
  let value: unknown = root;
  for (const part of decodeURIComponent(reference).split("/").slice(1)) {
    if (value !== root && isSchema(value) && value["$id"] !== undefined) return undefined;
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    value =
      typeof value === "object" && value !== null && Object.hasOwn(value, key) ? (value as Schema)[key] : undefined;
  }
  return value;
}

/**
 * A schema and all that may be one in it, also where no keyword of the standard leads: `$ref` may lead there.
 */
function subschemas(root: Schema): Set<Schema> {
  const found = new Set([root]);
  for (const schema of found)
    for (const [key, value] of Object.entries(schema)) {
      if (LITERALS.has(key)) continue;
      const isKeyword = MAPS.has(key) || CHECKED.has(key);
      const values = MAPS.has(key) ? [] : Array.isArray(value) ? value : [value];
      const named = (MAPS.has(key) || !isKeyword) && isSchema(value) ? Object.values(value) : [];
      for (const each of [...values, ...named].filter(isSchema)) found.add(each);
    }
  return found;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
