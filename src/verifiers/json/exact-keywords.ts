import { _, Name, str, type Ajv, type CodeKeywordDefinition, type FuncKeywordDefinition } from "ajv";
import { canonicalText, digitsOf } from "./json-text.ts";

/**
 * Gives a validator keywords of our own in place of those that ajv 8 gets wrong, and mends others. Its equality asks values
 * for their `constructor` and `valueOf`, which a response may name as keys; its `multipleOf` divides doubles, so that 19.99
 * is no multiple of 0.01. What it cannot be helped with is refused: refuse-schema.ts.
 */
export function exactKeywords(ajv: Ajv): Ajv {
  for (const definition of DEFINITIONS) ajv.removeKeyword(String(definition.keyword)).addKeyword(definition);
  const change = (keyword: string, by: (definition: CodeKeywordDefinition) => CodeKeywordDefinition): void => {
    const definition = ajv.getKeyword(keyword);
    if (typeof definition !== "boolean" && "code" in definition) ajv.removeKeyword(keyword).addKeyword(by(definition));
  };
  change("contains", withEmptyList);
  change("items", withShortTuple);
  change("prefixItems", withShortTuple);
  change("unevaluatedItems", withKnownEvaluated);
  change("unevaluatedProperties", withKnownEvaluated);
  return ajv;
}

const message = (text: string): Pick<FuncKeywordDefinition, "error"> => ({ error: { message: text } });

const DEFINITIONS: readonly FuncKeywordDefinition[] = [
  {
    keyword: "const",
    ...message("must be equal to constant"),
    compile: (wanted: unknown) => isOneOf([wanted]),
  },
  {
    keyword: "enum",
    schemaType: "array",
    ...message("must be equal to one of the allowed values"),
    compile: (wanted: readonly unknown[]) => isOneOf(wanted),
  },
  {
    keyword: "uniqueItems",
    type: "array",
    schemaType: "boolean",
    ...message("must NOT have duplicate items"),
    compile: (isAsked: boolean) => (items: readonly unknown[]) =>
      !isAsked || new Set(items.map(canonicalText)).size === items.length,
  },
  {
    keyword: "multipleOf",
    type: "number",
    schemaType: "number",
    error: { message: ({ schemaCode }) => str`must be multiple of ${schemaCode}` },
    compile: (divisor: number) => (value: number) => isMultiple(value, divisor),
  },
];

/** Tells whether a value equals one of some; of a large value nothing is written down where no list or object is wanted. */
function isOneOf(wanted: readonly unknown[]): (value: unknown) => boolean {
  const isComposed = (value: unknown): boolean => typeof value === "object" && value !== null;
  const plain = new Set(wanted.filter((each) => !isComposed(each)));
  const texts = new Set(wanted.filter(isComposed).map(canonicalText));
  return (value) => (isComposed(value) ? texts.size > 0 && texts.has(canonicalText(value)) : plain.has(value));
}

/** Whether a number is a whole multiple of another, both as the decimals that they are written as. */
function isMultiple(value: number, divisor: number): boolean {
  if (value === 0) return true;
  const [first, second] = [decimal(value), decimal(divisor)];
  const least = first.exponent < second.exponent ? first.exponent : second.exponent;
  const scaled = ({ digits, exponent }: Decimal): bigint => digits * 10n ** (exponent - least);
  return scaled(first) % scaled(second) === 0n;
}

interface Decimal {
  readonly digits: bigint;
  readonly exponent: bigint;
}

function decimal(value: number): Decimal {
  const [digits = "0", exponent = "0"] = digitsOf(String(value)).split("e");
  return { digits: BigInt(digits), exponent: BigInt(exponent) };
}

/**
 * One of ajv's two keywords for what was not evaluated, where what was is known only when it runs. There ajv looks the
 * property up in an object that inherits `toString`, and counts items up to an index that may be `true` or not set.
 */
function withKnownEvaluated(definition: CodeKeywordDefinition): CodeKeywordDefinition {
  return {
    ...definition,
    code(context, ...rest) {
      const { gen } = context;
      const { props, items } = context.it;
      if (props instanceof Name)
        gen.if(_`typeof ${props} == "object"`, () =>
          gen.assign(props, _`Object.assign(Object.create(null), ${props})`),
        );
      if (items instanceof Name) gen.assign(items, _`${items} === true ? Infinity : ${items} ?? 0`);
      return definition.code(context, ...rest);
    },
  };
}

/** ajv's `contains`, which in an empty list finds what it found in the list that it looked at before. */
function withEmptyList(definition: CodeKeywordDefinition): CodeKeywordDefinition {
  return {
    ...definition,
    code(context, ...rest) {
      definition.code(context, ...rest);
      const { data, it, parentSchema } = context;
      const least: unknown = it.opts.next === true ? (parentSchema["minContains"] ?? 1) : 1;
      if (least !== 0) context.fail(_`${data}.length === 0`);
    },
  };
}

/**
 * ajv's tuples. In `not` and `if`, where the first error is enough, ajv passes over the keywords after a tuple if the value is
 * too short to have looked at an item of it: here it looks at them all.
 */
function withShortTuple(definition: CodeKeywordDefinition): CodeKeywordDefinition {
  return {
    ...definition,
    code(context, ...rest) {
      if (!Array.isArray(context.schema)) return definition.code(context, ...rest);
      const own: { allErrors?: boolean | undefined } = context;
      const { allErrors } = own;
      own.allErrors = true;
      definition.code(context, ...rest);
      own.allErrors = allErrors;
    },
  };
}
