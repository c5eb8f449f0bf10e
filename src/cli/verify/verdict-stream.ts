import type { VerifierGroupCall, VerifierPool } from "../../verifiers/pool/pool.ts";
import type { VerifierItem } from "../../verifiers/pool/worker-protocol.ts";
import type { Verdict } from "../../verifiers/verdict.ts";

/** Most responses, and characters of them, that a worker is sent at once; such packets under way bound the memory. */
const PACKET_ITEMS = 32;
const PACKET_CHARACTERS = 1 << 18;
const PACKETS_IN_FLIGHT = 16;

/** Verdicts in the order of their items, a bounded number of packets ahead of the reader. */
export async function* verdictStream(
  pool: VerifierPool,
  call: Omit<VerifierGroupCall, "items">,
  items: AsyncIterable<VerifierItem>,
): AsyncGenerator<Verdict> {
  const inFlight: Promise<Verdict[]>[] = [];
  for await (const packet of packetsOf(items)) {
    const verdicts = pool.verifyGroup({ ...call, items: packet.items });
    // Awaited below, in order; until then a failure must not count as unhandled.
    verdicts.catch(() => {});
    inFlight.push(verdicts);
    // What came before a bad line is still judged and written.
    if (packet.fault !== undefined) {
      for (const rest of inFlight) yield* await rest;
      throw packet.fault;
    }
    if (inFlight.length >= PACKETS_IN_FLIGHT) yield* (await inFlight.shift()) ?? [];
  }
  for (const rest of inFlight) yield* await rest;
}

interface Packet {
  readonly items: readonly VerifierItem[];
  /** What ended the items behind these. */
  readonly fault?: unknown;
}

async function* packetsOf(items: AsyncIterable<VerifierItem>): AsyncGenerator<Packet> {
  let packet: VerifierItem[] = [];
  let characters = 0;
  try {
    for await (const item of items) {
      packet.push(item);
      characters += item.response.length;
      if (packet.length < PACKET_ITEMS && characters < PACKET_CHARACTERS) continue;
      yield { items: packet };
      [packet, characters] = [[], 0];
    }
  } catch (fault) {
    yield { items: packet, fault };
    return;
  }
  yield { items: packet };
}
