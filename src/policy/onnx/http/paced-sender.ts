import type { SSEStreamingApi } from "hono/streaming";

/** Most characters of events that wait for a client to read them: seconds of the fastest stream. */
const MOST_UNREAD = 16 * 1024 * 1024;

/** Writes events to a stream, in order. */
export interface PacedSender {
  /** Queues an event. */
  send(data: string): void;
  /** Settles when the client has taken what was queued, or is given up. */
  written(): Promise<unknown>;
}

/**
 * Writes events to a client, and gives one up that does not read them: what it leaves must not pile up here.
 * @param giveUp ends the work on what is sent.
 */
export function pacedSender(stream: SSEStreamingApi, giveUp: () => void, mostUnread = MOST_UNREAD): PacedSender {
  let unread = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    send(data) {
      if (stream.aborted) return;
      unread += data.length;
      last = stream.writeSSE({ data }).then(() => (unread -= data.length));
      if (unread <= mostUnread) return;
      stream.abort();
      giveUp();
    },
    written: () => last,
  };
}
