import { messageOf } from "../../core/errors.ts";

/** Characters kept of details as JSON. */
const MAX_LENGTH = 65_536;
/** Levels of objects and lists in details: what reads them later may go down by a call each. */
const MAX_DEPTH = 100;

const TOO_LONG = new Error("too long");

/**
 * Details as they arrive in the database, which they would fill otherwise. What is too long or too deep is left out and no
 * error: a policy would then need but a long response to get no verdict.
 * @throws TypeError with what JSON throws, such as for a cycle.
 */
export function cutDetails(details: unknown): unknown {
  if (details === undefined) return null;
  let text: string;
  try {
    text = JSON.stringify(details, counting()) ?? "null";
  } catch (error) {
    if (error === TOO_LONG) return { omitted: `more than ${MAX_LENGTH} characters of JSON` };
    // JSON goes down by a call for each level.
    if (error instanceof RangeError) return { omitted: `more than ${MAX_DEPTH} levels of JSON` };
    throw new TypeError(`the verifier's details are no JSON: ${messageOf(error)}`, { cause: error });
  }
  if (text.length > MAX_LENGTH) return { omitted: `more than ${MAX_LENGTH} characters of JSON` };
  return depthOf(text) > MAX_DEPTH ? { omitted: `more than ${MAX_DEPTH} levels of JSON` } : JSON.parse(text);
}

/** Stops JSON before it makes a text of what is larger by far, such as a value that holds another a million times. */
function counting(): (key: string, value: unknown) => unknown {
  let characters = 0;
  return (key, value) => {
    characters += key.length + (typeof value === "string" ? value.length : 1);
    if (characters > 2 * MAX_LENGTH) throw TOO_LONG;
    return value;
  };
}

/** The most brackets of a JSON text that are open at once, strings left out. */
function depthOf(text: string): number {
  let [open, most, isString] = [0, 0, false];
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (isString && character === "\\") index++;
    else if (character === '"') isString = !isString;
    else if (!isString && (character === "[" || character === "{")) most = Math.max(most, ++open);
    else if (!isString && (character === "]" || character === "}")) open--;
  }
  return most;
}
