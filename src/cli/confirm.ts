import { createInterface } from "node:readline/promises";
import { RlvrError } from "../core/errors.ts";

/**
 * Asks on the terminal whether to go on; anything but yes is no.
 * @param asks what is asked, what there is to say where no terminal is, and where nobody answered.
 * @throws RlvrError `bad_usage` where there is no terminal, `interrupted` at Ctrl-C or Ctrl-D.
 */
export async function confirm(asks: {
  readonly question: string;
  /** Why somebody has to be asked, and what to do where nobody can be. */
  readonly withoutTerminal: { readonly message: string; readonly advice: string };
  /** Such as `nothing was removed`. */
  readonly stopped: string;
}): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    const { message, advice } = asks.withoutTerminal;
    throw new RlvrError("bad_usage", message, { advice });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D close it, and leave the cursor where it is.
  const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("\n")));
  const answer = await Promise.race([terminal.question(`${asks.question} [y/N] `), closed]);
  terminal.close();
  if (answer !== "\n") return /^y(es)?$/i.test(answer.trim());
  process.stderr.write(answer);
  throw new RlvrError("interrupted", asks.stopped, { advice: "Run the same command again when you like." });
}
