import type { z } from "zod";
import { RlvrError } from "../core/errors.ts";
import type { HubAddress } from "./hub-address.ts";
import { hubBytes, type HubRequest } from "./hub-request.ts";

/**
 * What a hub answers as JSON, checked.
 * @throws RlvrError like {@link hubBytes}; `hub_failed` for an answer that is none of a hub.
 */
export async function askHubJson<S extends z.ZodType>(
  address: HubAddress,
  request: HubRequest,
  schema: S,
): Promise<z.output<S>> {
  const parts: Uint8Array[] = [];
  for await (const part of hubBytes(address, request)) parts.push(part);
  const answer = schema.safeParse(jsonOr(Buffer.concat(parts).toString("utf8")));
  if (answer.success) return answer.data;
  const [issue] = answer.error.issues;
  const fault = `${issue?.path.join(".") || "a body"} that is not valid: ${issue?.message}`;
  throw new RlvrError("hub_failed", `${address.url} answered for ${request.what} with ${fault}`, {
    advice: `Check that HF_ENDPOINT is a hub, and that no proxy answers in its place. ${request.otherWays}`,
    retryable: true,
  });
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
