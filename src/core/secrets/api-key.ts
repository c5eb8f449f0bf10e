import { RlvrError } from "../errors.ts";

/** Words of a name are short, or all of capitals; in a key, letters and digits go on and on. */
const LONG_WORD = /(?:^|_)(?=[^_]*[a-z\d])[A-Za-z\d]{17,}(?:_|$)/;

/** What HTTP takes as a bearer token, and no more: visible ASCII characters. */
const VISIBLE = /^[!-~]+$/;

/**
 * Why a text is not the name of an environment variable; undefined where it is one. The reason does not repeat it: people
 * put the key itself in the place of its name.
 */
export function variableNameFault(name: string): string | undefined {
  if (/^[A-Za-z_]\w{0,99}$/.test(name) && !LONG_WORD.test(name)) return undefined;
  return (
    "this is not the name of an environment variable; it is not shown, as it may be the key itself. Put the key into a " +
    "variable, such as POLICY_KEY, and give its name here"
  );
}

/**
 * The API key in an environment variable.
 * @param variable its name, as a person gave it.
 * @param option where: `policy.api_key_env` or `--api-key-env`.
 * @throws RlvrError `bad_usage`, which names the variable and never shows the key, when the variable is not set or empty,
 * or what it holds cannot be sent as a key.
 */
export function apiKeyIn(variable: string, option: string, environment: NodeJS.ProcessEnv = process.env): string {
  const misnamed = variableNameFault(variable);
  if (misnamed !== undefined) throw badKey(`${option}: ${misnamed}`, `Set the variable, then ${option} to its name.`);
  const key = variableIn(environment, variable);
  const named = `the environment variable ${variable}, which ${option} names,`;
  if (key === "") throw badKey(`${named} is not set`, `Set it to the server's API key, or leave out ${option}.`);
  const fault = keyFault(key);
  if (fault !== undefined)
    throw badKey(`${named} ${fault}`, "Set it to the key alone: one word of visible characters.");
  return key;
}

/** What a variable holds; "" where it is not set, also for names that every object has, such as `constructor`. */
export function variableIn(environment: NodeJS.ProcessEnv, name: string): string {
  return Object.hasOwn(environment, name) ? (environment[name] ?? "") : "";
}

/** Why a text cannot be sent as a key; undefined where it can. */
function keyFault(key: string): string | undefined {
  if (VISIBLE.test(key)) return undefined;
  if (key.trim() !== key) return "begins or ends with white space or a line break";
  if (/^bearer\s/i.test(key)) return "begins with the word Bearer, which requests add themselves";
  if (/\s/.test(key)) return "holds white space: one key is wanted";
  return "holds characters that no HTTP header takes";
}

function badKey(message: string, advice: string): RlvrError {
  return new RlvrError("bad_usage", message, { advice });
}
