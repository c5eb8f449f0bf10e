import { Option } from "commander";
import { apiKeyIn } from "../core/secrets/api-key.ts";
import { RlvrError } from "../core/errors.ts";
import { serverRoot, serverUrlFault } from "../core/secrets/server-url.ts";

/** The option `--api-key-env NAME`, beside one that names a server by its URL. */
export function apiKeyOption(): Option {
  return new Option("--api-key-env <name>", "environment variable that holds the server's API key");
}

/**
 * The key that `--api-key-env` names; undefined where it names none.
 * @throws RlvrError `bad_usage` like {@link apiKeyIn}.
 */
export function keyNamed(variable: string | undefined): string | undefined {
  return variable === undefined ? undefined : apiKeyIn(variable, "--api-key-env");
}

/** The base URL of a server that an option names, without `/v1`. Throws like {@link checkedServerUrl}. */
export function serverRootOf(url: string, option: string): string {
  return serverRoot(checkedServerUrl(url, option));
}

/**
 * The URL of a server that an option names, as it is.
 * @throws RlvrError `bad_usage` where it is none, or holds a key, which the message does not repeat.
 */
export function checkedServerUrl(url: string, option: string): string {
  const fault = serverUrlFault(url);
  if (fault === undefined) return url;
  throw new RlvrError("bad_usage", `${option}: ${fault}`, {
    advice: `Name the server as ${option} http://127.0.0.1:8000, and the variable with its key by an option of its own: see --help.`,
  });
}
