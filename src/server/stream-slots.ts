/** Streams at once, of all clients and of one address. */
const MOST = 100;
const MOST_OF_ADDRESS = 50;

/** Counts streams that stay open, so that they cannot take up a server. */
export interface StreamSlots {
  /** Whether a client at an address can have no further stream. */
  isFull(address: string): boolean;
  /** Counts one more stream. @returns gives its place back. */
  take(address: string): () => void;
}

/** The places for the streams of a server. Clients on its own machine, SSH tunnels included, share those of one address. */
export function createStreamSlots(): StreamSlots {
  const taken = new Map<string, number>();
  let all = 0;
  return {
    isFull: (address) => all >= MOST || (taken.get(address) ?? 0) >= MOST_OF_ADDRESS,
    take(address) {
      all++;
      taken.set(address, (taken.get(address) ?? 0) + 1);
      return () => {
        all--;
        const left = (taken.get(address) ?? 0) - 1;
        if (left > 0) taken.set(address, left);
        else taken.delete(address);
      };
    },
  };
}
