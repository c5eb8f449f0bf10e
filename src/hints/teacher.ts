import { OpenAI } from "openai";
import { Agent } from "undici";
import { z } from "zod";
import { RlvrError } from "../core/errors.ts";
import { keyHider } from "../core/secrets/hide-key.ts";
import { cappedFetch } from "./capped-fetch.ts";
import type { Message } from "./dialogue.ts";
import type { TeacherAnswer } from "./teacher-answer.ts";
import { teacherFault } from "./teacher-fault.ts";
import { teacherRequest, type AnswerForm, type TeacherRequest, type TeacherSettings } from "./teacher-request.ts";

/** One answered call. */
export interface TeacherReply extends TeacherAnswer {
  readonly request: TeacherRequest;
  /** Tokens as the server counted them; null where it did not tell. */
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

/** A teacher model behind a server that speaks OpenAI's protocol. */
export interface Teacher {
  /**
   * Sends messages and waits for the answer, patiently when the server is busy or limits the rate.
   * @throws RlvrError `bad_request` when it refuses these messages, and otherwise what {@link teacherFault} tells.
   */
  ask(messages: readonly Message[]): Promise<TeacherReply>;
  close(): Promise<void>;
}

/** A local teacher may think for minutes, and longer when requests wait in its queue. */
const TIMEOUT_MS = 15 * 60_000;

/** Tries after the first, at the pace that the server asks for or from 0.5 s up to 8 s apart. */
const RETRIES = 8;

/**
 * Most bytes of an answer: a list of every model that a large service has, and 256 for each token, which some servers send
 * both as thoughts and as text.
 */
function answerBytes({ maxTokens }: TeacherSettings): number {
  return 8 * 1024 * 1024 + 256 * maxTokens;
}

/** How a server refuses a request as it is: among them those that know no JSON schemas. */
const REFUSED: ReadonlySet<unknown> = new Set([400, 422]);

/** What is read of a chat completion: servers differ in what they leave out. */
const completionSchema = z.object({
  choices: z.tuple(
    [z.object({ message: z.object({ content: z.string().nullish() }), finish_reason: z.string().nullish() })],
    z.unknown(),
  ),
  usage: z.object({ prompt_tokens: z.int().nullish(), completion_tokens: z.int().nullish() }).nullish(),
});

/**
 * Connects to a teacher.
 * @param url of the server; `/v1` is added where it has no path.
 * @param apiKey sent as the bearer token; undefined sends none.
 * @throws RlvrError `teacher_unreachable` when nothing answers there.
 */
export async function connectTeacher(
  url: URL,
  apiKey: string | undefined,
  settings: TeacherSettings,
): Promise<Teacher> {
  const baseURL = `${url.origin}${url.pathname === "/" ? "/v1" : url.pathname.replace(/\/+$/, "")}`;
  const dispatcher = new Agent({ headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  const client = new OpenAI({
    baseURL,
    // The client insists on some key; where there is none, the header that would send it is left out by name.
    apiKey: apiKey ?? "none",
    ...(apiKey === undefined && { defaultHeaders: { Authorization: null } }),
    // Else the client sends the one of the environment, in place of the key above.
    adminAPIKey: null,
    maxRetries: RETRIES,
    timeout: TIMEOUT_MS,
    // The dispatcher of undici needs undici's own fetch, whose types are those of the global one in all but name.
    fetch: cappedFetch(answerBytes(settings)) as unknown as typeof globalThis.fetch,
    fetchOptions: { dispatcher },
    logLevel: "off",
  });
  const key = keyHider(apiKey);
  const fault = (error: unknown): Promise<RlvrError> =>
    teacherFault(error, { url: baseURL, model: settings.model, key, models: () => modelNames(client) });

  let form: AnswerForm = "schema";
  let schemaWorks = false;
  const ask = async (messages: readonly Message[]): Promise<TeacherReply> => {
    if (form === "prompt") return complete(client, teacherRequest(settings, messages, "prompt"));
    try {
      const reply = await complete(client, teacherRequest(settings, messages, "schema"));
      schemaWorks = true;
      return reply;
    } catch (error) {
      if (!(error instanceof OpenAI.APIError) || !REFUSED.has(error.status)) throw error;
      const reply = await complete(client, teacherRequest(settings, messages, "prompt"));
      // It was the schema that was refused. A server that took it before refused something else about this request.
      if (!schemaWorks) form = "prompt";
      return reply;
    }
  };
  const teacher: Teacher = {
    async ask(messages) {
      try {
        const reply = await ask(messages);
        return { ...reply, text: key.hideSecret(reply.text) };
      } catch (error) {
        throw await fault(error);
      }
    },
    close: () => dispatcher.destroy(),
  };
  try {
    // A wrong address shows at once, not after all the tries of a first call. A server need not list its models.
    await modelNames(client);
  } catch (error) {
    if (!(error instanceof OpenAI.APIConnectionError)) return teacher;
    const unreachable = await fault(error);
    await teacher.close();
    throw unreachable;
  }
  return teacher;
}

async function complete(client: OpenAI, request: TeacherRequest): Promise<TeacherReply> {
  const read = completionSchema.safeParse(await client.chat.completions.create(request.body));
  if (!read.success) {
    const faults = read.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new RlvrError("protocol_violation", `the teacher's answer is no chat completion: ${faults.join("; ")}`, {
      advice: "Check that --teacher is the base URL of an OpenAI-compatible server, such as http://127.0.0.1:8000/v1.",
      cause: read.error,
    });
  }
  const { choices, usage } = read.data;
  return {
    request,
    text: choices[0].message.content ?? "",
    finishReason: choices[0].finish_reason ?? "stop",
    promptTokens: usage?.prompt_tokens ?? null,
    completionTokens: usage?.completion_tokens ?? null,
  };
}

async function modelNames(client: OpenAI): Promise<string[]> {
  const { data } = await client.models.list({ maxRetries: 1, timeout: 20_000 });
  return data.map((model) => model.id);
}
