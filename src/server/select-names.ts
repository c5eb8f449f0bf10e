/** Those of the names that are asked for, in the order asked, each once; `pass_rate.*` asks for all that begin so. */
export function selectNames(wanted: readonly string[], present: readonly string[]): string[] {
  const found = wanted.flatMap((name) =>
    name.endsWith("*")
      ? present.filter((each) => each.startsWith(name.slice(0, -1)))
      : present.filter((each) => each === name),
  );
  return [...new Set(found)];
}
