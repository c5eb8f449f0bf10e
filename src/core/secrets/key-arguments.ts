/** Flags of vLLM that take a key, each with the shortest beginning that stands for it alone. */
const KEY_FLAGS = [
  ["--api-key", "--api-k"],
  ["--hf-token", "--hf-t"],
] as const;

/** The flag of vLLM that an argument gives a key by, however it is written: `--api_key`, `--api-k`, `--api-key=KEY`. */
function keyFlagOf(argument: string): string | undefined {
  const flag = (argument.split("=", 1)[0] ?? "").replaceAll("_", "-");
  return KEY_FLAGS.find(([whole, least]) => whole.startsWith(flag) && flag.startsWith(least))?.[0];
}

/** The first flag among arguments of vLLM that gives it a key: recipes and command lines are for others to read. */
export function keyFlagIn(args: readonly string[]): string | undefined {
  return args.map(keyFlagOf).find((flag) => flag !== undefined);
}

/** Arguments of vLLM without those that give it keys. */
export function withoutKeyArguments(args: readonly string[]): string[] {
  let isValue = false;
  return args.filter((argument) => {
    // A flag may take several.
    isValue = argument.startsWith("-") ? keyFlagOf(argument) !== undefined : isValue;
    return !isValue;
  });
}
