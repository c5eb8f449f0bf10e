import { expect, test } from "vitest";
import type { PolicyClient } from "../policy/policy-client.ts";
import { checkPromptLengths } from "./check-prompt-lengths.ts";
import type { PolicyService } from "./policy-service.ts";

/** A policy with a token a character. */
const policy: Pick<PolicyService, "call" | "maxModelLength"> = {
  maxModelLength: 10,
  call: (work) =>
    work({ tokenize: ([message]) => Promise.resolve([...(message?.content ?? "")].map(Number)) } as PolicyClient),
};
const { signal } = new AbortController();

test("lets pass prompts that fill the context to the last token", async () => {
  await expect(checkPromptLengths(policy, ["12", "123456", "1"], 4, signal)).resolves.toBeUndefined();
});

test("names the prompt that leaves no room", async () => {
  await expect(checkPromptLengths(policy, ["12", "1234567", "1"], 4, signal)).rejects.toMatchObject({
    code: "bad_problems",
    message: expect.stringMatching(
      /prompt \(7 tokens\) and completion \(4\) need more than the policy's 10 tokens: "1234567"/,
    ),
  });
});
