import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { checkTeacher } from "../../src/run/start/check-teacher.ts";
import { createPolicyService } from "../../src/run/services/policy-service.ts";
import { openTeacher, type TeacherService } from "../../src/run/services/teacher-service.ts";
import { scoreByGraph } from "../policy/score-by-graph.ts";
import { serveTiny, TINY, type OpenServer } from "../policy/policy-fixture.ts";
import { startTeacherProxy, type Fault, type TeacherBody, type TeacherProxy } from "../support/teacher-proxy.ts";

let server: OpenServer;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ server, close } = await serveTiny());
});
afterAll(() => close());

const SEQUENCE = { promptIds: [4, 5, 12, 6], completionIds: [9, 3, 1] };
const never = new AbortController().signal;
const HASTY = {
  patience: { failures: 3, rejections: 1, tries: 3, outageMs: 0, delayMs: 1, longestDelayMs: 1 },
  breaker: { failures: 100, restMs: 1, longestRestMs: 1 },
};

interface Opened {
  readonly teacher: TeacherService;
  readonly proxy: TeacherProxy;
}

/** A teacher behind a proxy that answers with a fault. */
async function teacherWith(
  fault?: Fault,
  limits: Partial<Parameters<typeof openTeacher>[0]> = {},
  options: Partial<Parameters<typeof openTeacher>[1]> = {},
): Promise<Opened> {
  const proxy = await startTeacherProxy(server.url, fault);
  onTestFinished(() => proxy.stop());
  const address = { url: proxy.url, concurrency: 8, tokens_in_flight: 8192, ...limits };
  const teacher = await openTeacher(address, { signal: never, ...HASTY, ...options });
  onTestFinished(() => teacher.close());
  return { teacher, proxy };
}

/** Changes the entry of the completion's first token. */
const withLogprob =
  (logprob: unknown): Fault =>
  (body) => {
    const entry = body.choices[0]?.prompt_logprobs[SEQUENCE.promptIds.length]?.["9"];
    if (entry !== undefined) entry.logprob = logprob;
    return body;
  };

function changed(body: TeacherBody, change: (choice: TeacherBody["choices"][number]) => void): TeacherBody {
  for (const choice of body.choices) change(choice);
  return body;
}

test("a teacher gives the log-probabilities of the completion's tokens, at temperature 1", async () => {
  const { teacher } = await teacherWith();
  const expected = (await scoreByGraph([...SEQUENCE.promptIds, ...SEQUENCE.completionIds])).slice(4);
  const scores = await teacher.score(SEQUENCE);
  expect(scores).toHaveLength(3);
  for (const [at, score] of scores.entries()) expect(Math.abs(score - (expected[at] ?? NaN))).toBeLessThan(1e-5);
});

describe("an answer that cannot be used is refused, not learnt from:", () => {
  test.each<[string, Fault, RegExp]>([
    ["too few entries", (body) => changed(body, (choice) => choice.prompt_logprobs.pop()), /6 log-probabilities for 7/],
    ["other tokens", (body) => changed(body, (choice) => choice.prompt_token_ids.reverse()), /other tokens/],
    [
      "entries of other ids",
      (body) => changed(body, (choice) => (choice.prompt_logprobs[4] = { 8: { logprob: -1 } })),
      /no log-probability of token 4 \(id 9\)/,
    ],
    ["no prompt_logprobs", () => ({ choices: [] }) as TeacherBody, /not valid/],
    ["vLLM's -9999 for NaN", withLogprob(-9999), /-9999 as the log-probability of token 4/],
    ["a probability above 1", withLogprob(0.5), /0\.5 as the log-probability/],
    ["null for NaN", withLogprob(null), /no log-probability of token 4/],
    ["NaN, which is not JSON", () => ({ status: 200, text: '{"choices": [{"prompt_logprobs": [NaN]}]}' }), /not valid/],
    ["half an answer", () => ({ status: 200, text: '{"choices": [{"prompt_' }), /not valid/],
  ])("%s", async (_, fault, message) => {
    const { teacher, proxy } = await teacherWith(fault);
    const failure = teacher.score(SEQUENCE);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ code: "teacher_failed" });
    expect(proxy.scored).toHaveLength(1);
  });
});

test("a teacher that is overloaded for a while is asked again; one that stays so is one clear error", async () => {
  const busy = { status: 503, text: '{"error":{"message":"loading"}}' };
  const { teacher, proxy } = await teacherWith((body, request) => (request < 3 ? busy : body));
  expect(await teacher.score(SEQUENCE)).toHaveLength(3);
  expect(proxy.scored).toHaveLength(3);
  const stuck = await teacherWith(() => busy);
  await expect(stuck.teacher.score(SEQUENCE)).rejects.toMatchObject({
    code: "teacher_unreachable",
    message: expect.stringContaining("503: loading") as string,
    advice: expect.stringContaining("rlvr resume") as string,
  });
  expect(stuck.proxy.scored).toHaveLength(3);
});

test("a teacher that is down is told so, at the start and later", async () => {
  const { teacher, proxy } = await teacherWith();
  await proxy.stop();
  await expect(teacher.score(SEQUENCE)).rejects.toMatchObject({ code: "teacher_unreachable" });
  const address = { url: proxy.url, concurrency: 1, tokens_in_flight: 1 };
  const opening = openTeacher(address, { signal: never, ...HASTY });
  await expect(opening).rejects.toMatchObject({
    code: "teacher_unreachable",
    advice: expect.stringContaining("teacher.url") as string,
  });
  await proxy.start();
});

test("the key goes with every request and is in no message", async () => {
  const apiKey = "sk-very-secret";
  const refuse: Fault = () => ({ status: 401, text: `{"error":{"message":"bad key ${apiKey}"}}` });
  const { teacher, proxy } = await teacherWith(refuse, {}, { apiKey });
  const failure = teacher.score(SEQUENCE);
  await expect(failure).rejects.toThrow("bad key ***");
  await expect(failure).rejects.toMatchObject({ advice: expect.stringContaining("teacher.api_key_env") as string });
  expect(proxy.keys).toEqual([`Bearer ${apiKey}`]);
});

test("no more is under way than the recipe allows, by number and by tokens, and every answer is to its own question", async () => {
  const { teacher, proxy } = await teacherWith(undefined, { concurrency: 3, tokens_in_flight: 16 });
  const ids = Array.from({ length: 40 }, (_, index) => [2 + (index % 20), 4]);
  const scores = await Promise.all(ids.map((completionIds) => teacher.score({ ...SEQUENCE, completionIds })));
  expect(proxy.most).toEqual({ requests: 2, tokens: 12 });
  for (const [index, score] of scores.entries()) expect(score).toEqual(scores[(index + 20) % 40]);
  expect(new Set(scores.map((score) => score.join())).size).toBe(20);
});

test("a rollout that the teacher's context does not hold is refused before it is sent", async () => {
  const { teacher, proxy } = await teacherWith();
  const long = { promptIds: [4], completionIds: new Array<number>(31).fill(5) };
  await expect(teacher.score(long)).rejects.toThrow(/32 tokens does not fit .* context is 32/);
  expect(proxy.scored).toEqual([]);
});

test("an aborted run asks nothing more, not even what waits for its turn", async () => {
  const controller = new AbortController();
  const hang: Fault = (body) => {
    controller.abort();
    return body;
  };
  const { teacher, proxy } = await teacherWith(hang, { concurrency: 1 }, { signal: controller.signal });
  const results = await Promise.allSettled([1, 2, 3].map(() => teacher.score(SEQUENCE)));
  expect(results.filter(({ status }) => status === "rejected").length).toBeGreaterThanOrEqual(2);
  expect(proxy.scored).toHaveLength(1);
});

describe("at the start of a run", () => {
  const policyOf = () =>
    createPolicyService({
      modelDirectory: TINY,
      urls: [server.url],
      mode: "deterministic",
      weights: undefined,
      onRestart: () => {},
      signal: never,
    });
  const check = async (teacher: TeacherService): Promise<void> => {
    const policy = await policyOf();
    onTestFinished(() => policy.close());
    const prompts = ["3*<52643=", "1+>23456="].map((content) => ({ messages: [{ role: "user", content }] as const }));
    await checkTeacher(teacher, policy, prompts, never);
  };

  test("a teacher with the policy's tokenizer is taken, once it has scored a prompt", async () => {
    const { teacher, proxy } = await teacherWith();
    await check(teacher);
    expect(proxy.scored).toHaveLength(1);
  });

  test("another tokenizer is refused with both readings of a text", async () => {
    const { teacher } = await teacherWith();
    const other = { ...teacher, tokenize: async (text: string) => (await teacher.tokenize(text)).map((id) => id + 1) };
    const failure = check(other);
    await expect(failure).rejects.toMatchObject({ code: "bad_recipe" });
    await expect(failure).rejects.toThrow(
      /tokenizer is not the policy's: "3\*<52643=" is \[\d+, .*\] to the policy and/,
    );
  });

  test("a server that scores nothing is refused before anything is sampled", async () => {
    const refuse: Fault = () => ({ status: 400, text: '{"error":{"message":"prompt_logprobs is not supported"}}' });
    const { teacher } = await teacherWith(refuse);
    await expect(check(teacher)).rejects.toThrow(/prompt_logprobs is not supported/);
  });
});
