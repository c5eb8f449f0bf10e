import { once } from "node:events";
import { isRlvrError, messageOf } from "../../../core/errors.ts";
import { exitWithParent } from "../../../core/process/exit-with-parent.ts";
import { plainError } from "../../../core/texts/plain-error.ts";
import { runServer } from "./run-server.ts";
import type { ServerOptions } from "./server.ts";
import type { ServerMessage } from "./server-messages.ts";

/**
 * Entry of a forked policy server: its parent sends {@link ServerOptions}, which hold a key and so are no arguments, and
 * gets {@link ServerMessage}s.
 */

const send = (message: ServerMessage): Promise<unknown> =>
  new Promise((resolve) => (process.send === undefined ? resolve(undefined) : process.send(message, resolve)));

exitWithParent();
let exitCode = 0;
try {
  const [options] = (await once(process, "message")) as [ServerOptions];
  await runServer(options, ["SIGTERM"], ({ url, policyVersion, device }) => {
    console.log(`serving on the device ${device}`);
    void send({ type: "ready", url, policyVersion });
  });
} catch (error) {
  console.error(messageOf(error));
  if (isRlvrError(error)) await send({ type: "failed", error: plainError(error) });
  exitCode = 1;
}
// Inference threads that could not be stopped must not keep the process.
process.exit(exitCode);
