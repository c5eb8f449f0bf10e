import { sha256 } from "../core/files/files.ts";
import type { Message } from "./dialogue.ts";
import { ANSWER_JSON_SCHEMA } from "./teacher-answer.ts";

/** Which model writes hints, and how it samples. */
export interface TeacherSettings {
  readonly model: string;
  readonly temperature: number;
  readonly seed: number;
  /** Most tokens of an answer, thinking aloud included. */
  readonly maxTokens: number;
}

/**
 * How an answer's form is asked for: by a JSON schema that the server holds the model to, or by the prompt alone.
 * What lies between (`json_object`) is refused by some servers and adds nothing to the prompt.
 */
export type AnswerForm = "schema" | "prompt";

/** The body of a request, and its hash: the request's identity. */
export interface TeacherRequest {
  readonly body: ReturnType<typeof bodyOf>;
  readonly json: string;
  readonly sha256: string;
}

/** The request that sends some messages to a teacher. */
export function teacherRequest(
  settings: TeacherSettings,
  messages: readonly Message[],
  form: AnswerForm,
): TeacherRequest {
  const body = bodyOf(settings, messages, form);
  const json = JSON.stringify(body);
  return { body, json, sha256: sha256(json) };
}

function bodyOf(
  { model, temperature, seed, maxTokens }: TeacherSettings,
  messages: readonly Message[],
  form: AnswerForm,
) {
  return {
    model,
    messages: [...messages],
    temperature,
    seed,
    max_completion_tokens: maxTokens,
    ...(form === "schema" && {
      response_format: {
        type: "json_schema" as const,
        json_schema: { name: "hints", strict: true, schema: ANSWER_JSON_SCHEMA as Record<string, unknown> },
      },
    }),
  };
}
