import { z } from "zod";
import { CHAT_ROLES, type Conversation } from "../../../core/chat.ts";
import { RlvrError } from "../../../core/errors.ts";
import { isNatural, listUpTo, naturalNumbers } from "../../../core/hostile-list.ts";
import type { ChatEncoding } from "../tokenizer/tokenizer-tasks.ts";

/** Bodies of the server's requests: a subset of vLLM's. Like vLLM, it ignores fields that it does not know. */

/** Most strings that end a completion, each looked for after every token. */
const MOST_STOPS = 32;
const stopString = z.string().min(1).max(1024);
/** Most ids that end a completion. */
const MOST_STOP_IDS = 1024;
/** Most messages of a conversation. */
const MOST_MESSAGES = 1024;

/** Most tools of a conversation. */
const MOST_TOOLS = 1024;

const NOT_OFFERED = "is not offered by the ONNX policy server; leave it out, or serve the policy with vLLM";

/** A field of vLLM's that would change what is sampled: only the value that switches it off is accepted. */
const onlyOff = (off: number | boolean) => z.literal(off, { error: `any value but ${off} ${NOT_OFFERED}` }).nullish();

/** Body of POST /v1/completions. */
export const completionBody = z.object({
  model: z.string().nullish(),
  prompt: z.custom<number[] | number[][]>(isPrompt, {
    error: "must be token ids, [1, 2, 3] or [[1, 2], [3]]; POST /tokenize turns text or messages into ids",
  }),
  n: z.int().min(1).max(4096).nullish(),
  seed: z.int().nonnegative().nullish(),
  temperature: z.number().nonnegative().nullish(),
  top_p: z.number().positive().max(1).nullish(),
  top_k: z.int().min(-1).nullish(),
  max_tokens: z.int().min(1).nullish(),
  stop: z
    .union([stopString, listUpTo(MOST_STOPS, stopString)], {
      error: `must be a string of 1 to 1024 characters, or up to ${MOST_STOPS} of them`,
    })
    .nullish(),
  stop_token_ids: listUpTo(MOST_STOP_IDS, z.int().nonnegative()).nullish(),
  logprobs: z.literal(0, { error: "gives the drawn tokens only: ask for 0" }).nullish(),
  prompt_logprobs: z.literal(0, { error: "gives the prompt's own tokens only: ask for 0" }).nullish(),
  include_stop_str_in_output: z.boolean().nullish(),
  skip_special_tokens: z.boolean().nullish(),
  return_token_ids: z.boolean().nullish(),
  return_tokens_as_token_ids: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  min_p: onlyOff(0),
  presence_penalty: onlyOff(0),
  frequency_penalty: onlyOff(0),
  repetition_penalty: onlyOff(1),
  min_tokens: onlyOff(0),
  ignore_eos: onlyOff(false),
  echo: onlyOff(false),
});

/** A checked body of POST /v1/completions. */
export type CompletionBody = z.infer<typeof completionBody>;

const conversationBody = z.object({
  messages: listUpTo(MOST_MESSAGES, z.object({ role: z.enum(CHAT_ROLES), content: z.string() }), 1),
  add_generation_prompt: z.boolean().default(true),
  add_special_tokens: z.boolean().default(false),
  chat_template_kwargs: z.record(z.string(), z.unknown()).nullish(),
  tools: listUpTo(MOST_TOOLS, z.record(z.string(), z.unknown())).nullish(),
  chat_template: z.null({ error: `any value ${NOT_OFFERED}` }).optional(),
  continue_final_message: onlyOff(false),
});

const textBody = z.object({
  prompt: z.string({ error: "give `prompt` (a text) or `messages` ([{role, content}])" }),
  add_special_tokens: z.boolean().default(true),
});

/** A body of POST /tokenize: a text, or a conversation for the chat template. */
export type TokenizeBody =
  | z.infer<typeof textBody>
  | { readonly conversation: Conversation; readonly encoding: ChatEncoding };

/** Checks a body of POST /tokenize. @throws RlvrError `bad_request` that names the field. */
export function tokenizeBody(value: unknown): TokenizeBody {
  if (typeof value !== "object" || value === null || !("messages" in value)) return parseAs(textBody, value);
  const body = parseAs(conversationBody, value);
  const { messages, chat_template_kwargs: kwargs, tools } = body;
  return {
    conversation: { messages, chatTemplateKwargs: kwargs ?? undefined, tools: tools ?? undefined },
    encoding: { addGenerationPrompt: body.add_generation_prompt, addSpecialTokens: body.add_special_tokens },
  };
}

/** Body of POST /detokenize. */
export const detokenizeBody = z.object({ tokens: naturalNumbers });

/** Body of POST /load_export. */
export const loadExportBody = z.object({
  directory: z
    .string()
    .min(1)
    .max(4096)
    .refine((path) => !path.includes("\0"), "must be a path"),
  policy_version: z.int().nonnegative(),
});

/** What follows `mode=` in POST /pause. */
export const pauseMode = z.enum(["abort", "wait"]).default("abort");

function isPrompt(value: unknown): boolean {
  return isNatural(value) || (Array.isArray(value) && value.every(isNatural));
}

/**
 * Checks a value that came from outside.
 * @throws RlvrError `bad_request` that names the field.
 */
export function parseAs<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badRequest(`${issue?.path.join(".") || "body"}: ${issue?.message ?? "not what was expected"}`);
}

/** A refusal that the client can only answer with another request. */
export function badRequest(message: string): RlvrError {
  return new RlvrError("bad_request", message, { advice: "Send another request." });
}

/** A refusal with a status of its own. */
class HttpRefusal extends RlvrError {
  readonly status: 401 | 413;

  constructor(status: 401 | 413, message: string, advice: string) {
    super("bad_request", message, { advice });
    this.status = status;
  }
}

/** The refusal of a body of more than a number of bytes. */
export function tooLarge(bytes: number): RlvrError {
  const message = `the request has more than ${bytes} bytes: it is longer than the model's context has room for`;
  return new HttpRefusal(413, message, "Send a shorter prompt, or the prompts in several requests.");
}

/** The refusal of a request without the server's key. */
export function unauthorized(): RlvrError {
  const advice =
    "Send the key that the server was started with: policy.api_key_env in a recipe, --api-key-env elsewhere.";
  return new HttpRefusal(401, "this server wants its API key as a bearer token", advice);
}

/** The HTTP status of an error. */
export function statusOf(error: RlvrError): keyof typeof ERROR_TYPES {
  if (error instanceof HttpRefusal) return error.status;
  if (error.code === "unknown_name") return 404;
  if (error.code === "bad_request" || error.code === "unsupported_character" || error.code === "bad_checkpoint")
    return 400;
  return error.retryable ? 503 : 500;
}

const ERROR_TYPES = {
  400: "BadRequestError",
  401: "AuthenticationError",
  404: "NotFoundError",
  413: "ContentTooLargeError",
  500: "InternalServerError",
  503: "ServiceUnavailableError",
};

/** The body of a refusal, in vLLM's shape with rlvr's own code beside it. */
export function errorBody(error: RlvrError): object {
  const code = statusOf(error);
  return {
    error: {
      message: error.message,
      type: ERROR_TYPES[code],
      param: null,
      code,
      rlvr_code: error.code,
      advice: error.advice,
    },
  };
}
