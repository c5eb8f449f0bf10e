import type { Conversation } from "../../core/chat.ts";
import { RlvrError } from "../../core/errors.ts";
import type { PolicyService } from "../services/policy-service.ts";
import type { TeacherService } from "../services/teacher-service.ts";

/**
 * Refuses a teacher that would score other tokens than the policy drew: texts of the run must have the same ids by both
 * tokenizers, and the teacher must take the ids of a prompt with its special tokens.
 * @param prompts of the run, at least one.
 * @throws RlvrError `bad_recipe` when a text has other ids; what either server throws.
 */
export async function checkTeacher(
  teacher: TeacherService,
  policy: PolicyService,
  prompts: readonly Conversation[],
  signal: AbortSignal,
): Promise<void> {
  const texts = new Set(prompts.flatMap(({ messages }) => messages.map(({ content }) => content)));
  for (const text of texts) {
    const own = await policy.call((client) => client.tokenizeText(text, signal));
    const theirs = await teacher.tokenize(text);
    if (own.length !== theirs.length || own.some((id, at) => id !== theirs[at]))
      throw otherTokenizer(text, own, theirs);
  }
  const [first = { messages: [] }] = prompts;
  const promptIds = await policy.call((client) => client.tokenize(first, signal));
  await teacher.score({ promptIds: promptIds.slice(0, 1), completionIds: promptIds.slice(1) });
}

function otherTokenizer(text: string, own: readonly number[], theirs: readonly number[]): RlvrError {
  const shown = (ids: readonly number[]): string => `[${ids.slice(0, 8).join(", ")}${ids.length > 8 ? ", ..." : ""}]`;
  return new RlvrError(
    "bad_recipe",
    `the teacher's tokenizer is not the policy's: ${JSON.stringify(text.slice(0, 60))} is ${shown(own)} to the policy and ${shown(theirs)} to the teacher`,
    { advice: "Take a teacher of the policy's own family, with the same tokenizer: tokens are scored one by one." },
  );
}
