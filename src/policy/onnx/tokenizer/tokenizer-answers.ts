import { isRlvrError, messageOf, RlvrError } from "../../../core/errors.ts";
import { plainError } from "../../../core/texts/plain-error.ts";
import { tokenTexts } from "./token-texts.ts";
import type { TaskAnswer, TaskMessage, TokenizerTasks } from "./tokenizer-tasks.ts";
import { loadTokenizer, type PolicyTokenizer } from "./tokenizer.ts";

/** Most characters of an answer, about, so that whoever asked can hold it. */
const MOST_ANSWER = 2 ** 25;
/** Characters of a number in an answer, about. */
const NUMBER = 8;
/** Most characters of a library's message in an answer. */
const SHOWN = 300;

/** What a tokenizer's process does: works a task and gives its answer, which is an error for whatever goes wrong. */
export function createAnswerer(): (task: TaskMessage) => TaskAnswer {
  let directory = "";
  let tokenizer: PolicyTokenizer;
  const tasks: TokenizerTasks = {
    load(from) {
      directory = from;
      tokenizer = loadTokenizer(from);
      return null;
    },
    encode: (text, addSpecialTokens) => tokenizer.encode(text, addSpecialTokens),
    encodeChat: (conversation, options) => tokenizer.encodeChat(conversation, options),
    decodeAll: (lists, skipSpecialTokens) => lists.map((ids) => tokenizer.decode(ids, skipSpecialTokens)),
    tokenTexts: (ids) => tokenTexts(tokenizer, ids),
    specialTexts(ids) {
      const known = new Map([...new Set(ids)].map((id) => [id, tokenizer.specialText(id)]));
      return ids.map((id) => known.get(id) ?? null);
    },
    vocabulary: (size) => Array.from({ length: size }, (_, id) => tokenizer.tokenOf(id)),
  };
  return ({ name, args }) => {
    try {
      const value = (tasks[name] as (...args: readonly unknown[]) => unknown)(...args);
      if (sizeOf(value) > MOST_ANSWER) throw new Error("what it gives is too long");
      return { value };
    } catch (error) {
      return { error: plainError(isRlvrError(error) ? error : unusable(directory, error)) };
    }
  };
}

/** The libraries' own errors: they come of files that are not what they should be. */
function unusable(directory: string, error: unknown): RlvrError {
  return new RlvrError(
    "bad_checkpoint",
    `the tokenizer of ${directory} cannot be used: ${messageOf(error).slice(0, SHOWN)}`,
    { advice: "Check its tokenizer.json and its chat template; take them from where the model was made." },
  );
}

function sizeOf(value: unknown): number {
  if (!Array.isArray(value)) return 0;
  return value.reduce<number>((sum, item) => sum + (typeof item === "string" ? item.length : NUMBER), 0);
}
