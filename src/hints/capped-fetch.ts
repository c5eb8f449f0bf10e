import { fetch, Response, type RequestInfo, type RequestInit } from "undici";
import { RlvrError } from "../core/errors.ts";

/** Most bytes that are read of a refusal. */
const MOST_OF_REFUSAL = 64 * 1024;

/**
 * undici's fetch, which reads no more of an answer, unpacked, than a number of bytes, and of a refusal only its beginning.
 * The body of a larger one fails with RlvrError `protocol_violation`.
 */
export function cappedFetch(maxBytes: number): typeof fetch {
  return async (input: RequestInfo, init?: RequestInit) => {
    const { body, ok, status, statusText, headers } = await fetch(input, init);
    if (body === null) return new Response(null, { status, statusText, headers });
    const capped = body.pipeThrough(ok ? cap(maxBytes, () => tooLarge(maxBytes)) : cap(MOST_OF_REFUSAL));
    return new Response(capped, { status, statusText, headers });
  };
}

/** Lets a number of bytes through, and then ends: with an error where there is one. */
function cap(most: number, fault?: () => Error): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes <= most) controller.enqueue(chunk);
      else if (fault === undefined) controller.terminate();
      else controller.error(fault());
    },
  });
}

function tooLarge(maxBytes: number): RlvrError {
  return new RlvrError("protocol_violation", `the teacher answers with more than ${maxBytes} bytes`, {
    advice: "No answer of --max-tokens needs as many. Check --teacher and the server's log, or raise --max-tokens.",
  });
}
