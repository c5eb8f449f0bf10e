import { RlvrError } from "../../core/errors.ts";
import { unknownName } from "../../core/nearest-name.ts";

/** What a person typed: a question, or a command to the chat. */
export type ChatInput =
  | { readonly kind: "question"; readonly text: string }
  | { readonly kind: "nothing" | "reset" | "quit" }
  /** The system prompt from now on; empty for none. */
  | { readonly kind: "system"; readonly text: string };

const COMMANDS = ["/reset", "/system", "/quit"];

/** What the commands do, for people. */
export const CHAT_HELP = "/reset begins anew, /system TEXT sets the system prompt and begins anew, /quit ends.";

/**
 * Reads a line of a chat. One that begins with two slashes is a question that begins with one.
 * @throws RlvrError `unknown_name` for a command that there is not, `bad_usage` for what follows one that takes nothing.
 */
export function readChatInput(line: string): ChatInput {
  const text = line.trim();
  if (text === "") return { kind: "nothing" };
  if (text.startsWith("//")) return { kind: "question", text: text.slice(1) };
  if (!text.startsWith("/")) return { kind: "question", text };
  const [, name = "", rest = ""] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
  if (name === "/system") return { kind: "system", text: rest };
  if (!COMMANDS.includes(name)) throw unknownName("command", name, COMMANDS);
  if (rest !== "")
    throw new RlvrError("bad_usage", `${name} takes nothing`, {
      advice: "A question that begins with a slash: write two.",
    });
  return { kind: name === "/reset" ? "reset" : "quit" };
}
