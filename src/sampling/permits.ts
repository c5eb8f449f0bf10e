import PQueue from "p-queue";

/** Finds the queue of tasks that sample under the weights of a step. */
export type Permits = (step: number) => PQueue;

/**
 * Queues of so many tasks at a time, one for each of the weights that something is sampled under. Not one for all: tasks that
 * wait until a server is switched to newer weights would hold the places of those of older weights, for which it waits.
 */
export function createPermits(concurrency: number): Permits {
  const queues = new Map<number, PQueue>();
  return (step) => {
    const known = queues.get(step);
    if (known !== undefined) return known;
    for (const [other, queue] of queues) if (queue.size + queue.pending === 0) queues.delete(other);
    const queue = new PQueue({ concurrency });
    queues.set(step, queue);
    return queue;
  };
}
