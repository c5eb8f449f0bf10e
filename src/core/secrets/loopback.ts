import { isIPv4 } from "node:net";

/** Whether a host, as an address or in a URL, is this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || (isIPv4(host) && host.startsWith("127."));
}
