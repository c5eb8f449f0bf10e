import { RlvrError } from "../../core/errors.ts";
import { isLoopback } from "../../core/secrets/loopback.ts";

/** Python's argument parser takes the beginning of a flag for the flag, as long as no other begins so. */
const isHost = (arg: string): boolean => /^--ho(?:s|st)?(?:=|$)/.test(arg);

/** The address that further arguments of vLLM have it listen on, where they name one; "" is every address. */
export function hostIn(args: readonly string[]): string | undefined {
  const index = args.findLastIndex(isHost);
  const found = args[index];
  if (found === undefined) return undefined;
  const [, value] = /=(.*)$/s.exec(found) ?? [];
  return value ?? args[index + 1] ?? "";
}

/**
 * Refuses arguments that show or open more than a run needs: a key that any user of the machine sees in the list of
 * processes, and an address that other machines reach, where the run asks from this one.
 * @throws RlvrError `bad_recipe`.
 */
export function refuseOpenHost(args: readonly string[]): void {
  if (args.some((arg) => arg === "--api-key" || arg.startsWith("--api-key="))) {
    throw new RlvrError("bad_recipe", "policy.vllm.args has a key, which every user of this machine could read", {
      advice: "Leave --api-key out: the run makes a key of its own for the vLLM that it starts.",
    });
  }
  const host = hostIn(args);
  if (host === undefined || isLoopback(host)) return;
  throw new RlvrError("bad_recipe", `policy.vllm.args has vLLM listen at ${host}, where other machines reach it`, {
    advice:
      "Leave --host out: the run asks its vLLM on this machine, and vLLM's development endpoints load weights for " +
      "whoever reaches them. To serve other machines start it with `rlvr policy start vllm` and name it in policy.url.",
  });
}

/** Who reaches the endpoints of a vLLM that ask for no key. */
export function openEndpoints(server: string, args: readonly string[]): string {
  const host = hostIn(args);
  const who =
    host === undefined || isLoopback(host)
      ? "every user of this machine"
      : `every machine that reaches ${host || "this one"}, and every user here,`;
  return (
    `vLLM (${server}) asks for no key outside /v1, unless its version is newer than 0.32: ${who} can pause it, and change ` +
    "its weights where VLLM_SERVER_DEV_MODE is set. On a machine that you share, run it in a container of its own network " +
    "(docs/policy-servers.md)."
  );
}
