import { variableIn } from "../../core/secrets/api-key.ts";
import { childEnvironment } from "../../core/secrets/child-environment.ts";
import { RlvrError } from "../../core/errors.ts";

/**
 * The environment of a worker whose verifiers ask for variables beyond the harmless ones. Pure.
 * @param asked names of the variables.
 * @param environment of this process.
 * @throws RlvrError `bad_usage` for one that is not set.
 */
export function workerEnvironment(asked: readonly string[], environment: NodeJS.ProcessEnv): Record<string, string> {
  const missing = asked.filter((name) => variableIn(environment, name) === "");
  if (missing.length > 0) {
    const [what, them] = missing.length === 1 ? ["variable", "it"] : ["variables", "them"];
    throw new RlvrError(
      "bad_usage",
      `the environment ${what} ${missing.join(", ")}, which a verifier asks for, ${missing.length === 1 ? "is" : "are"} not set`,
      { advice: `Set ${them}, or take ${them} out of the verifier's \`env\`.` },
    );
  }
  const harmless = childEnvironment("verifier", environment);
  return Object.fromEntries(
    Object.entries({ ...harmless, ...Object.fromEntries(asked.map((name) => [name, environment[name]])) }).flatMap(
      ([name, value]) => (value === undefined ? [] : [[name, value]]),
    ),
  );
}
