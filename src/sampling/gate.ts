/** Lets work through while there is room for it; see {@link createGate}. */
export type Gate = <T>(weight: number, work: () => Promise<T>) => Promise<T>;

/**
 * A gate that work passes first come, first served: at most `most.running` at once, and at most `most.weight` of their
 * weights together. What alone is heavier than that passes alone.
 */
export function createGate(most: { readonly running: number; readonly weight: number }): Gate {
  const waiting: { readonly weight: number; readonly enter: () => void }[] = [];
  let running = 0;
  let total = 0;
  const open = (): void => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (running > 0 && (running >= most.running || total + next.weight > most.weight)) return;
      waiting.shift();
      running++;
      total += next.weight;
      next.enter();
    }
  };
  return async (weight, work) => {
    await new Promise<void>((enter) => {
      waiting.push({ weight, enter });
      open();
    });
    try {
      return await work();
    } finally {
      running--;
      total -= weight;
      open();
    }
  };
}
