/** A choice of one value for each option. */
export type Choice<Options> = {
  readonly [name in keyof Options]: Options[name] extends readonly (infer V)[] ? V : never;
};

/**
 * Few choices in which every two values of two options meet: of all that are allowed, each time the one with most pairs
 * that did not meet yet.
 */
export function pairwise<Options extends Readonly<Record<string, readonly string[]>>>(
  options: Options,
  isAllowed: (choice: Choice<Options>) => boolean,
): Choice<Options>[] {
  const all = Object.entries(options)
    .reduce<object[]>(
      (found, [name, values]) => found.flatMap((each) => values.map((value) => ({ ...each, [name]: value }))),
      [{}],
    )
    .filter((each) => isAllowed(each as Choice<Options>)) as Choice<Options>[];
  const open = new Set(all.flatMap(pairsOf));
  const chosen: Choice<Options>[] = [];
  while (open.size > 0) {
    const gain = (choice: Choice<Options>): number => pairsOf(choice).filter((pair) => open.has(pair)).length;
    const best = all.reduce((a, b) => (gain(b) > gain(a) ? b : a));
    for (const pair of pairsOf(best)) open.delete(pair);
    chosen.push(best);
  }
  return chosen;
}

function pairsOf(choice: object): string[] {
  const parts = Object.entries(choice).map(([name, value]) => `${name}=${String(value)}`);
  return parts.flatMap((part, index) => parts.slice(index + 1).map((other) => `${part} ${other}`));
}
