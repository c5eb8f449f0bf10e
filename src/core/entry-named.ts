import { unknownName } from "./nearest-name.ts";

/**
 * The entry of a registry that has a name.
 * @param kind what the entries are, for the message, such as `objective`.
 * @throws RlvrError `unknown_name` with the nearest name.
 */
export function entryNamed<Entry extends { readonly name: string }>(
  kind: string,
  name: string,
  entries: readonly Entry[],
): Entry {
  const found = entries.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  throw unknownName(
    kind,
    name,
    entries.map((entry) => entry.name),
  );
}
