import type { GroupDetail } from "../../../src/server/answers.ts";

/** A part of a verdict that passed or failed by itself: an instruction, a verifier of several, a rule of a form. */
export interface CheckedPart {
  readonly name: string;
  /** What more there is to say of it, such as its arguments or why it failed. */
  readonly note: string | null;
  /** Null where it gave no verdict. */
  readonly passed: boolean | null;
}

/**
 * The parts that the details of a verdict name: `followed` of the `instructions` verifier in the order of the problem's
 * instructions, `failed` of `format`, and the verifiers that `all`, `any` and `weighted` combine. Empty for any other details.
 */
export function checkedParts(details: unknown, instructions: GroupDetail["instructions"]): CheckedPart[] {
  if (Array.isArray(details)) return details.every(isNamed) ? details.map(combined) : [];
  if (typeof details !== "object" || details === null) return [];
  if ("followed" in details && isFlags(details.followed))
    return details.followed.map((passed, at) => {
      const asked = instructions[at];
      return { name: asked?.id ?? `instruction ${at + 1}`, note: argumentsText(asked?.arguments ?? {}), passed };
    });
  if ("failed" in details && typeof details.failed === "object" && details.failed !== null)
    return Object.entries(details.failed).map(([name, why]) => ({ name, note: noteOf(why), passed: false }));
  return [];
}

/** The parts of all verdicts on a rollout that failed. */
export function failedParts(
  verdicts: readonly { readonly details: unknown }[],
  instructions: GroupDetail["instructions"],
): CheckedPart[] {
  return verdicts
    .flatMap(({ details }) => checkedParts(details, instructions))
    .filter(({ passed }) => passed === false);
}

function isFlags(value: unknown): value is readonly boolean[] {
  return Array.isArray(value) && value.length > 0 && value.every((flag) => typeof flag === "boolean");
}

interface NamedPart {
  readonly name: string;
  readonly passed?: unknown;
  readonly error?: unknown;
}

function isNamed(part: unknown): part is NamedPart {
  return typeof part === "object" && part !== null && "name" in part && typeof part.name === "string";
}

function combined({ name, passed, error }: NamedPart): CheckedPart {
  return { name, note: noteOf(error), passed: typeof passed === "boolean" ? passed : null };
}

function argumentsText(given: Readonly<Record<string, unknown>>): string | null {
  const texts = Object.entries(given).map(
    ([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return texts.length === 0 ? null : texts.join(", ");
}

function noteOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
