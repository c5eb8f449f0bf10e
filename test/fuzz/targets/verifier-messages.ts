import fc from "fast-check";
import { RlvrError } from "../../../src/core/errors.ts";
import type { GroupResult, VerifierResult } from "../../../src/verifiers/define-verifier.ts";
import { judgeGroup, judgeResponse } from "../../../src/verifiers/pool/judge-response.ts";
import { runWorkerCall } from "../../../src/verifiers/pool/worker-call.ts";
import type { Judgement, WorkerCall } from "../../../src/verifiers/pool/worker-protocol.ts";
import { fuzzTarget } from "../fuzz-target.ts";

/** A value as a module may make it, by a description that can be printed. */
type Shape =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "repeat"; readonly text: string; readonly times: number }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "bigint" | "cycle" | "laughs" | "revoked" | "date" | "function" | "symbol" | "sparse" }
  | { readonly kind: "throwing" | "trapped" | "deep"; readonly depth: number }
  | { readonly kind: "polluting"; readonly text: string };

type ValueOf<A> = A extends fc.Arbitrary<infer T> ? T : never;

const shape: fc.Arbitrary<Shape> = fc.oneof(
  { weight: 6, arbitrary: fc.jsonValue().map((value) => ({ kind: "json" as const, value })) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("repeat"),
      text: fc.constantFrom("x", "é", "\0", '"'),
      times: fc.nat(2_000_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("number"), value: fc.constantFrom(NaN, Infinity, -0, 1e308, 0.5) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("bigint", "cycle", "laughs", "revoked", "date", "function", "symbol", "sparse"),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("throwing", "trapped", "deep"), depth: fc.nat(20_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("polluting"), text: fc.string() }) },
) as fc.Arbitrary<Shape>;

/** What a shape describes. */
function made(described: Shape): unknown {
  switch (described.kind) {
    case "json":
    case "number":
      return described.value;
    case "repeat":
      return described.text.repeat(described.times);
    case "bigint":
      return 1n;
    case "date":
      return new Date(Number.NaN);
    case "function":
      return () => 1;
    case "symbol":
      return Symbol("s");
    case "sparse":
      return new Array(1_000_000_000);
    case "cycle": {
      const value: Record<string, unknown> = {};
      value["self"] = value;
      return value;
    }
    case "laughs": {
      let value: unknown = "ha";
      for (let level = 0; level < 40; level++) value = [value, value];
      return value;
    }
    case "revoked": {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    }
    case "throwing":
      return Object.defineProperties(new Error("e"), {
        stack: { get: thrower },
        passed: { get: thrower, enumerable: true },
        cause: { get: thrower },
      });
    case "trapped":
      return new Proxy({}, { get: thrower, has: thrower, ownKeys: thrower, getPrototypeOf: thrower });
    case "deep": {
      let value: unknown = 1;
      for (let level = 0; level < described.depth; level++) value = { a: value };
      return value;
    }
    case "polluting":
      return JSON.parse(
        `{"__proto__": {"passed": true}, "constructor": {"prototype": ${JSON.stringify(described.text)}}}`,
      );
  }
}

function thrower(): never {
  throw new Error("a trap");
}

const field = <T>(good: fc.Arbitrary<T>): fc.Arbitrary<Shape> =>
  fc.oneof(
    { weight: 3, arbitrary: good.map((value) => ({ kind: "json" as const, value })) },
    { weight: 1, arbitrary: shape },
  );
const result = fc.record(
  {
    passed: field(fc.boolean()),
    score: field(fc.double({ min: -2, max: 2, noNaN: true })),
    extracted: field(fc.option(fc.string())),
    details: shape,
  },
  { requiredKeys: ["passed"] },
);

/** What a verifier returns or throws for one response, or for each of a group. */
const returned = fc.record({
  kind: fc.constant("returned" as const),
  isGroup: fc.boolean(),
  isThrown: fc.boolean(),
  values: fc.array(fc.oneof({ weight: 3, arbitrary: result }, { weight: 1, arbitrary: shape }), {
    minLength: 1,
    maxLength: 3,
  }),
});

const count = 2;
const judgement = fc.oneof(
  fc.constant({ status: "ok", passed: true, score: 1, extracted: null, details: null, runMs: 1 }),
  fc.record({
    status: fc.constantFrom("ok", "error", "timeout", "skipped", "else"),
    passed: fc.oneof(fc.boolean(), fc.jsonValue()),
    score: fc.oneof(fc.double(), fc.jsonValue()),
    extracted: fc.oneof(
      fc.option(fc.string()),
      fc.nat(5000).map((times) => "x".repeat(times)),
      fc.jsonValue(),
    ),
    details: fc.jsonValue(),
    runMs: fc.oneof(fc.double(), fc.jsonValue()),
  }),
  fc.record({
    status: fc.constantFrom("error", "timeout"),
    kind: fc.constantFrom("thrown", "transient", "died", "else"),
    error: fc.oneof(
      fc.string(),
      fc.nat(20_000).map((times) => "x".repeat(times)),
    ),
    runMs: fc.nat(),
  }),
);
const description = { name: "own", version: "1", sourceSha256: "0".repeat(64), judgesGroups: false, needs: [] };
const message = fc.oneof(
  // Of no process: its group would be killed.
  fc.record({ kind: fc.constant("started"), pid: fc.constantFrom(2 ** 30, 1.5, "1", null) }),
  fc.record({
    kind: fc.constant("loaded"),
    description: fc.oneof({ weight: 3, arbitrary: fc.constant(description) }, { weight: 1, arbitrary: fc.jsonValue() }),
    together: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("judged"), judgements: fc.array(judgement, { maxLength: 4 }) }),
  fc.record({
    kind: fc.constant("refused"),
    error: fc.oneof(fc.jsonValue(), fc.constant({ code: "bad_recipe", message: "m", advice: "a" })),
  }),
  fc.constantFrom({ kind: "alone" }, { kind: "preparing" }, { kind: "ready" }, { stderr: "words" }, { stderr: 7 }),
  fc.jsonValue(),
);
const honest = [
  { kind: "started", pid: 2 ** 30 },
  { kind: "loaded", description, together: false },
];
/** What a worker's process sends during a call, and whether it then says that it is done. */
const sent = fc.record({
  kind: fc.constant("sent" as const),
  messages: fc.oneof(
    fc.array(message, { maxLength: 6 }),
    fc.array(message, { maxLength: 3 }).map((rest) => [...honest, ...rest]),
    fc
      .array(judgement, { minLength: count, maxLength: count })
      .map((judgements) => [...honest, { kind: "judged", judgements }]),
    fc
      .constantFrom(1, 3000)
      .map((times) => [...honest, ...Array.from({ length: times }, () => ({ kind: "preparing" }))]),
  ),
  isDone: fc.boolean(),
  isKnown: fc.boolean(),
});

const item = { problem: {}, response: "", answer: "" };

/**
 * What verifier modules return and throw, and what their workers send to the orchestrator: see judge-response.ts and
 * worker-call.ts in src/verifiers/pool.
 */
export const target = fuzzTarget({
  input: fc.oneof(returned, sent),
  refusals: ["verifier_failed", "bad_recipe"],
  read: (input) => (input.kind === "sent" ? receive(input) : judge(input)),
});

async function judge({ isGroup, isThrown, values }: ValueOf<typeof returned>): Promise<void> {
  const results = values.map((value) => {
    if ("kind" in value) return made(value as Shape);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, made(each as Shape)]));
  });
  const give = <T>(value: unknown): T => {
    if (isThrown) throw value;
    return value as T;
  };
  const judgements = isGroup
    ? await judgeGroup(async () => give<GroupResult[]>(results), [item, item], 60_000)
    : [
        await judgeResponse(
          verifierOf(() => give<VerifierResult>(results[0])),
          {},
          item,
          60_000,
        ),
      ];
  if (judgements === undefined) return;
  // As they go through the channel, and are read at its other end.
  const messages = [...honest, { kind: "judged", judgements }];
  const read = await call(messages, judgements.length, { isDone: true, isKnown: false });
  if (read.length !== judgements.length) throw new Error("a judgement of our own was not taken");
  refuseFailed(read);
}

async function receive({ messages, isDone, isKnown }: ValueOf<typeof sent>): Promise<void> {
  refuseFailed(await call(messages, count, { isDone, isKnown }));
}

/** Judgements that the orchestrator takes from a worker that sends these messages. */
async function call(
  messages: readonly unknown[],
  items: number,
  { isDone, isKnown }: { readonly isDone: boolean; readonly isKnown: boolean },
): Promise<readonly Judgement[]> {
  const exec = (_: unknown, __: unknown, options: { readonly on: (message: unknown) => void }) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    setImmediate(() => {
      for (const each of messages) options.on(JSON.parse(JSON.stringify(each)));
      if (isDone) resolve();
      else reject(new Error("the worker ended"));
    });
    return Object.assign(promise, { cancel: () => reject(new Error("cancelled")) });
  };
  const asked: WorkerCall = {
    verifier: "/own.ts",
    options: {},
    items: Array.from({ length: items }, () => item),
    deadlineMs: 60_000,
    memoryMb: 512,
    alone: true,
    isKnown,
  };
  const pool = { exec } as unknown as Parameters<typeof runWorkerCall>[0];
  const { judgements, end } = await runWorkerCall(pool, asked, new AbortController().signal);
  if (judgements.length > items) throw new Error(`${judgements.length} judgements of ${items} items`);
  if (end.kind === "complete" && judgements.length < items) throw new Error("complete without all judgements");
  judgements.forEach(requireSmall);
  return judgements;
}

function requireSmall(judged: Judgement): void {
  const size = JSON.stringify(judged).length;
  if (size > 200_000) throw new Error(`a judgement of ${size} characters`);
  if (judged.status === "ok" && !Number.isFinite(judged.score)) throw new Error(`a score of ${judged.score}`);
  if (Object.hasOwn(Object.prototype, "passed")) throw new Error("Object.prototype was changed");
}

/** Ends as a run would be told of it: a response without a verdict. */
function refuseFailed(judgements: readonly Judgement[]): void {
  const failed = judgements.find(({ status }) => status !== "ok");
  if (failed === undefined) return;
  throw new RlvrError("verifier_failed", failed.status, { advice: "" });
}

function verifierOf(verify: () => VerifierResult) {
  return { name: "own", version: "1", options: {} as never, verify };
}
