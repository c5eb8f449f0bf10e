import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces, type NetworkInterfaceInfo } from "node:os";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { RlvrError } from "../core/errors.ts";
import { DASHBOARD_LIMITS, limitConnections, timeouts, type ConnectionLimits } from "./connection-limits.ts";

/** A dashboard that listens. */
export interface ListeningDashboard {
  /** Where it is, without a token; where it listens on all addresses, at one that other machines may reach. */
  readonly url: string;
  /** Stops listening and ends every connection, streams included. */
  close(): Promise<void>;
}

/**
 * Serves a dashboard.
 * @param port 0 takes any free one.
 * @throws RlvrError `port_in_use`, or `bad_usage` for an address that is none of this machine.
 */
export async function listen(
  app: Hono,
  host: string,
  port: number,
  limits: ConnectionLimits = DASHBOARD_LIMITS,
): Promise<ListeningDashboard> {
  const options = { fetch: app.fetch, hostname: host, serverOptions: timeouts(limits) };
  const server = createAdaptorServer(options) as Server;
  limitConnections(server, limits);
  await start(server, host, port);
  const { address, port: chosen, family } = server.address() as AddressInfo;
  return {
    url: `http://${inUrl(UNSPECIFIED.has(address) ? outwardAddress() : { address, family })}:${chosen}/`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Where to listen on all addresses; nobody can open one of these from elsewhere. */
const UNSPECIFIED: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** The first address of this machine that is not of loopback or of one link alone; loopback's where there is none. */
function outwardAddress(): Pick<NetworkInterfaceInfo, "address" | "family"> {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const outward = all.filter(({ internal, scopeid = 0 }) => !internal && scopeid === 0);
  return outward.find(({ family }) => family === "IPv4") ?? outward[0] ?? { address: "127.0.0.1", family: "IPv4" };
}

function inUrl({ address, family }: Pick<AddressInfo, "address" | "family">): string {
  return family === "IPv6" ? `[${address}]` : address;
}

function start(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.listen(port, host, resolve);
    server.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE")
        reject(
          new RlvrError("port_in_use", `port ${port} of ${host} is already in use`, {
            advice: "Choose another with --port, or --port 0 for any free one.",
            cause: error,
          }),
        );
      else if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND")
        reject(
          new RlvrError("bad_usage", `${host} is no address of this machine`, {
            advice: "Listen on 127.0.0.1, on 0.0.0.0 for all addresses, or on one that this machine has.",
            cause: error,
          }),
        );
      else reject(error);
    });
  });
}
