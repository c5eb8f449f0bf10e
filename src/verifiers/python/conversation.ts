import { BridgeError } from "./bridge-error.ts";
import { replySchema } from "./bridge-protocol.ts";

/** Characters of the longest reply. */
const MAX_REPLY = 1 << 20;
/** Characters of a reply that is none which a message repeats. */
const SHOWN = 200;

/** Requests to a process and its replies, a line of JSON each. */
export interface Conversation {
  /** Whether a further request can be answered. */
  isOpen(): boolean;
  /** Whether a request waits for its reply. */
  isWaiting(): boolean;
  /**
   * Sends a request and waits for its reply.
   * @throws BridgeError for an error in Python and for a reply that is none; the reason when the conversation ends before.
   */
  request(message: object): Promise<unknown>;
  /** Takes what arrived, in pieces of any length. What arrives after the end is dropped. */
  take(text: string): void;
  /** Ends it: requests under way fail for this reason. */
  end(reason: Error): void;
}

/**
 * Begins a conversation with a process that may send anything: lines that are no replies, or without end. Such a process is
 * not listened to any further.
 * @param ways `send`: writes to the process. `onSettled`: told when a request got its reply. `onEnd`: told once, when nothing
 * more can be asked.
 */
export function startConversation(ways: {
  readonly send: (text: string) => void;
  readonly onSettled: () => void;
  readonly onEnd: () => void;
}): Conversation {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let requests = 0;
  let ended: Error | undefined;
  let line = "";

  const settle = (id: number): PromiseWithResolvers<unknown> | undefined => {
    const request = waiting.get(id);
    waiting.delete(id);
    ways.onSettled();
    return request;
  };
  const end = (reason: Error): void => {
    if (ended !== undefined) return;
    ended = reason;
    line = "";
    ways.onEnd();
    for (const id of waiting.keys()) settle(id)?.reject(reason);
  };
  const takeLine = (text: string): void => {
    if (ended !== undefined) return;
    const reply = parseReply(text);
    const request = reply === undefined ? undefined : settle(reply.id);
    if (reply === undefined || request === undefined) {
      end(new BridgeError(`the Python process sent what is no answer: ${text.slice(0, SHOWN)}`));
    } else if ("error" in reply) request.reject(new BridgeError(reply.error.text, reply.error));
    else request.resolve(reply.value);
  };

  return {
    isOpen: () => ended === undefined,
    isWaiting: () => waiting.size > 0,
    request(message) {
      if (ended !== undefined) return Promise.reject(ended);
      const id = requests++;
      const request = Promise.withResolvers<unknown>();
      waiting.set(id, request);
      ways.send(`${JSON.stringify({ id, ...message })}\n`);
      return request.promise;
    },
    take(text) {
      if (ended !== undefined) return;
      const [first = "", ...others] = text.split("\n");
      const lines = [line + first, ...others];
      line = lines.pop() ?? "";
      lines.forEach(takeLine);
      if (line.length > MAX_REPLY)
        end(new BridgeError(`the Python process sent an answer beyond ${MAX_REPLY} characters`));
    },
    end,
  };
}

function parseReply(text: string): ReturnType<typeof replySchema.parse> | undefined {
  if (text.length > MAX_REPLY) return undefined;
  try {
    return replySchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
