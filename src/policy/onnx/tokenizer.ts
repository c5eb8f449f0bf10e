import { join } from "node:path";
import { Template } from "@huggingface/jinja";
import { Tokenizer } from "@huggingface/tokenizers";
import { RlvrError, messageOf } from "../../core/errors.ts";
import { readIfPresent } from "../../core/files.ts";
import type { ChatMessage } from "../policy-client.ts";

/** Text to token ids and back, as the policy was trained with. */
export interface PolicyTokenizer {
  /** Ids of a text as it is. Throws `unsupported_character`. */
  encode(text: string): number[];
  /**
   * Ids of a conversation rendered by the policy's chat template.
   * @throws RlvrError `unsupported_character`; `bad_request` when the template is missing or refuses the messages.
   */
  encodeChat(messages: readonly ChatMessage[], addGenerationPrompt: boolean): number[];
  /** Text of ids, without special tokens. */
  decode(ids: readonly number[]): string;
  /** The vocabulary's own string for an id. */
  tokenOf(id: number): string;
}

/**
 * Loads tokenizer.json and tokenizer_config.json of a policy's directory.
 * @throws RlvrError `missing_file` or `bad_checkpoint`.
 */
export function loadTokenizer(directory: string): PolicyTokenizer {
  const config = readJson(join(directory, "tokenizer_config.json"));
  const definition = readJson(join(directory, "tokenizer.json"));
  let tokenizer: Tokenizer;
  let template: Template | undefined;
  try {
    tokenizer = new Tokenizer(definition, config);
    const source = config["chat_template"];
    template = typeof source === "string" ? new Template(source) : undefined;
  } catch (error) {
    throw new RlvrError("bad_checkpoint", `the tokenizer of ${directory} cannot be used: ${messageOf(error)}`, {
      advice: "Check tokenizer.json and the chat template in tokenizer_config.json.",
      cause: error,
    });
  }
  // The library cleans up spaces unless told otherwise, which would change what verifiers read.
  const options = { skip_special_tokens: true, clean_up_tokenization_spaces: false };
  const encode = (text: string): number[] => {
    if (text === "") return [];
    const { ids, tokens } = tokenizer.encode(text, { add_special_tokens: false });
    refuseUnknown(tokenizer, tokens, text);
    return ids;
  };
  return {
    encode,
    encodeChat(messages, addGenerationPrompt) {
      if (template === undefined) {
        throw new RlvrError("bad_request", "this policy has no chat template", {
          advice: "Add chat_template to its tokenizer_config.json, or send token ids.",
        });
      }
      let text: string;
      try {
        text = template.render({ ...config, messages, add_generation_prompt: addGenerationPrompt });
      } catch (error) {
        throw new RlvrError("bad_request", `the policy's chat template refuses these messages: ${messageOf(error)}`, {
          advice: "See chat_template in tokenizer_config.json for the roles and their order that it takes.",
          cause: error,
        });
      }
      return encode(text);
    },
    decode: (ids) => (ids.length === 0 ? "" : tokenizer.decode([...ids], options)),
    tokenOf: (id) => tokenizer.id_to_token(id) ?? "",
  };
}

function refuseUnknown(tokenizer: Tokenizer, tokens: readonly string[], text: string): void {
  const unknownToken = tokenizer.model?.unk_token;
  const isMissing = (token: string): boolean => tokenizer.token_to_id(token) === undefined;
  const isUnknown = (token: string): boolean =>
    isMissing(token) || (unknownToken !== undefined && token === unknownToken && !text.includes(unknownToken));
  if (!tokens.some(isUnknown)) return;
  const characters = [...new Set(text)].filter(isMissing).map((character) => JSON.stringify(character));
  throw new RlvrError("unsupported_character", `this policy's vocabulary lacks ${characters.join(", ")}`, {
    advice:
      "Serve a policy whose tokenizer has these characters, such as a language model, and name it as policy.url in the recipe.",
  });
}

function readJson(path: string): Record<string, unknown> {
  const text = readIfPresent(path);
  if (text === undefined) {
    throw new RlvrError("missing_file", `${path} is missing`, { advice: "A policy needs its tokenizer beside it." });
  }
  try {
    return JSON.parse(text.toString()) as Record<string, unknown>;
  } catch (error) {
    throw new RlvrError("bad_checkpoint", `${path} is not JSON: ${messageOf(error)}`, {
      advice: "Copy the tokenizer again from where the policy was made.",
      cause: error,
    });
  }
}
