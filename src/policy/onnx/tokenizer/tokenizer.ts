import { join } from "node:path";
import { Template } from "@huggingface/jinja";
import { Tokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import type { Conversation } from "../../../core/chat.ts";
import { RlvrError, messageOf } from "../../../core/errors.ts";
import { readModelFile, readModelJson } from "../../../core/files/model-file.ts";
import type { ChatEncoding } from "./tokenizer-tasks.ts";

/** Most bytes of a tokenizer.json; those in use have up to 40 MB. */
const MOST_TOKENIZER = 128 * 1024 * 1024;
/** Most bytes of a tokenizer_config.json, which may list every added token, and of a chat template. */
const MOST_CONFIG = 16 * 1024 * 1024;

/** Most characters of a library's message, which may quote the file, in one of ours. */
const SHOWN = 300;

const jsonObject = z.record(z.string(), z.unknown());

/**
 * Text to token ids and back, as the policy was trained with. Templates and regular expressions of a model's folder may
 * loop and grow as they like: work with them in this process only where the folder is known, elsewhere by a
 * `TokenizerProcess`.
 */
export interface PolicyTokenizer {
  /**
   * Ids of a text.
   * @param addSpecialTokens whether to add what the tokenizer puts around a text, such as a BOS. Default: the text as it is.
   * @throws RlvrError `unsupported_character`.
   */
  encode(text: string, addSpecialTokens?: boolean): number[];
  /**
   * Ids of a conversation rendered by the policy's chat template.
   * @throws RlvrError `unsupported_character`; `bad_request` when the template is missing or refuses the messages.
   */
  encodeChat(conversation: Conversation, options: ChatEncoding): number[];
  /**
   * Text of ids.
   * @param skipSpecialTokens whether special tokens are left out. Default: yes.
   */
  decode(ids: readonly number[], skipSpecialTokens?: boolean): string;
  /** What a special token, which {@link decode} leaves out, stands as in a rendered prompt; null for any other token. */
  specialText(id: number): string | null;
  /** The vocabulary's own string for an id. */
  tokenOf(id: number): string;
}

/**
 * Loads tokenizer.json, tokenizer_config.json and, where there is one, chat_template.jinja of a policy's directory.
 * @throws RlvrError `missing_file` or `bad_checkpoint`.
 */
export function loadTokenizer(directory: string): PolicyTokenizer {
  const config = readJson(join(directory, "tokenizer_config.json"), MOST_CONFIG);
  const definition = readJson(join(directory, "tokenizer.json"), MOST_TOKENIZER);
  const ownTemplate = readModelFile(join(directory, "chat_template.jinja"), MOST_CONFIG)?.toString();
  let tokenizer: Tokenizer;
  let templateFor: TemplateFor;
  try {
    tokenizer = new Tokenizer(definition, config);
    templateFor = chatTemplates(ownTemplate ?? config["chat_template"]);
  } catch (error) {
    throw new RlvrError(
      "bad_checkpoint",
      `the tokenizer of ${directory} cannot be used: ${messageOf(error).slice(0, SHOWN)}`,
      {
        advice: "Check tokenizer.json and the chat template in tokenizer_config.json.",
        cause: error,
      },
    );
  }
  const variables = templateVariables(config);
  const encode = (text: string, addSpecialTokens = false): number[] => {
    if (text === "" && !addSpecialTokens) return [];
    const { ids, tokens } = tokenizer.encode(text, { add_special_tokens: addSpecialTokens });
    refuseUnknown(tokenizer, tokens, text);
    return ids;
  };
  const decode = (ids: readonly number[], skipSpecialTokens = true): string => {
    if (ids.length === 0) return "";
    // The library cleans up spaces unless told otherwise, which would change what verifiers read.
    const options = { skip_special_tokens: skipSpecialTokens, clean_up_tokenization_spaces: false };
    return tokenizer.decode([...ids], options);
  };
  return {
    encode,
    encodeChat({ messages, chatTemplateKwargs, tools }, { addGenerationPrompt, addSpecialTokens }) {
      const template = templateFor(tools !== undefined);
      if (template === undefined) {
        throw new RlvrError("bad_request", "this policy has no chat template", {
          advice: "Put chat_template.jinja beside its tokenizer.json, or send token ids.",
        });
      }
      let text: string;
      try {
        text = template.render({
          ...variables,
          ...chatTemplateKwargs,
          messages,
          // Templates ask whether these are none: one that is not defined would be something else than none.
          tools: tools ?? null,
          documents: null,
          add_generation_prompt: addGenerationPrompt,
        });
      } catch (error) {
        throw new RlvrError(
          "bad_request",
          `the policy's chat template refuses these messages: ${messageOf(error).slice(0, SHOWN)}`,
          {
            advice: "See its chat template for the roles and their order that it takes.",
            cause: error,
          },
        );
      }
      return encode(text, addSpecialTokens);
    },
    decode,
    specialText(id) {
      const [whole, plain] = [false, true].map((skips) => decode([id], skips));
      return whole === undefined || whole === plain ? null : whole;
    },
    tokenOf: (id) => tokenizer.id_to_token(id) ?? "",
  };
}

/** The chat template for conversations with tools or without; undefined where there is none. */
type TemplateFor = (hasTools: boolean) => Template | undefined;

/** @param source one template, or several by name: `default`, and perhaps `tool_use` for conversations with tools. */
function chatTemplates(source: unknown): TemplateFor {
  const named = Array.isArray(source) ? (source as readonly unknown[]) : [{ name: "default", template: source }];
  const templates = new Map<unknown, Template>();
  for (const each of named) {
    const { name, template } = (each ?? {}) as { readonly name?: unknown; readonly template?: unknown };
    // Jinja reads every line end as that of Unix; this renderer takes them as they are.
    if (typeof template === "string") templates.set(name, new Template(template.replaceAll(/\r\n?/g, "\n")));
  }
  return (hasTools) => (hasTools ? templates.get("tool_use") : undefined) ?? templates.get("default");
}

/** What a chat template may use: special tokens are strings there, also where the file has them with their settings. */
function templateVariables(config: Record<string, unknown>): Record<string, unknown> {
  const plain = (value: unknown): unknown =>
    typeof value === "object" && value !== null && "content" in value ? value.content : value;
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, plain(value)]));
}

function refuseUnknown(tokenizer: Tokenizer, tokens: readonly string[], text: string): void {
  const unknownToken = tokenizer.model?.unk_token;
  const isMissing = (token: string): boolean => tokenizer.token_to_id(token) === undefined;
  const isUnknown = (token: string): boolean =>
    isMissing(token) || (unknownToken !== undefined && token === unknownToken && !text.includes(unknownToken));
  if (!tokens.some(isUnknown)) return;
  const characters = [...new Set(text)].filter(isMissing).map((character) => JSON.stringify(character));
  throw new RlvrError("unsupported_character", `this policy's vocabulary lacks ${characters.join(", ")}`, {
    advice: "Ask with characters that it has, or use a policy whose tokenizer has these, such as a language model.",
  });
}

function readJson(path: string, most: number): Record<string, unknown> {
  const content = readModelJson(path, jsonObject, { most, advice: "Copy it again from where the policy was made." });
  if (content !== undefined) return content;
  throw new RlvrError("missing_file", `${path} is missing`, { advice: "A policy needs its tokenizer beside it." });
}
