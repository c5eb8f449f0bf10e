import fc from "fast-check";
import { RlvrError } from "../../../src/core/errors.ts";
import { judgeGroup } from "../../../src/verifiers/pool/judge-response.ts";
import { BridgeError, loadError } from "../../../src/verifiers/python/bridge-error.ts";
import { loadedSchema, readResults } from "../../../src/verifiers/python/bridge-protocol.ts";
import { startConversation } from "../../../src/verifiers/python/conversation.ts";
import { fuzzTarget } from "../fuzz-target.ts";

const COUNT = 3;
const TARGET = { kind: "function", path: "/rewards.py", name: "score" } as const;
/** Characters that arrive at once from a pipe, at most. */
const CHUNK = 65_536;
/** Characters of the longest text that may come out: an error with its causes. */
const MOST = 10_000;

const huge = fc
  .tuple(fc.constantFrom("x", "[", '{"a":', "0,", '"\u{1f600}"', "\\", "\0"), fc.nat(200_000))
  .map(([part, times]) => part.repeat(times));
const text = fc.oneof({ weight: 40, arbitrary: fc.string() }, { weight: 1, arbitrary: huge });
const deep = fc.nat(100_000).map((depth) => `${"[".repeat(depth)}${"]".repeat(depth)}`);

const result = fc.oneof(
  fc.constant(null),
  fc.record({ score: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
  fc.record({ score: fc.double(), unreadable: text, details: fc.jsonValue() }, { requiredKeys: ["score"] }),
  fc.record({ error: text }),
  fc.jsonValue(),
);
const results = fc.array(result, { minLength: COUNT - 1, maxLength: COUNT + 1 });
const scores = fc.array(fc.record({ score: fc.double({ min: 0, max: 1, noNaN: true }) }), {
  minLength: COUNT,
  maxLength: COUNT,
});
const error = fc.record(
  {
    text,
    interpreter: text,
    version: text,
    names: fc.oneof(fc.array(text), fc.constant(Array.from({ length: 50_000 }, (_, index) => `f${index}`))),
    missing_module: text,
    out_of_memory: fc.boolean(),
    of_group: fc.boolean(),
  },
  { requiredKeys: ["text", "interpreter", "version"] },
);
const id = fc.oneof(
  { weight: 8, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(1, -1, 0.5, "0", null) },
);
const loaded = fc.record({ fingerprint: fc.jsonValue(), needs: fc.array(text) });
const reply = fc.oneof(
  fc.record({ id: fc.constant(0), value: scores }),
  fc.record({ id: fc.constant(0), value: loaded }),
  fc.record({ id, value: fc.oneof(results, loaded, fc.jsonValue()) }),
  fc.record({ id, error: fc.oneof({ weight: 4, arbitrary: error }, { weight: 1, arbitrary: fc.jsonValue() }) }),
);
const line = fc.oneof(
  { weight: 6, arbitrary: reply.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.tuple(reply, fc.nat(60)).map(([value, cut]) => JSON.stringify(value).slice(0, -cut)) },
  { weight: 1, arbitrary: deep.map((value) => `{"id":0,"value":${value}}`) },
  { weight: 1, arbitrary: fc.constantFrom('{"id":0,"value":NaN}', '{"id":0,"value":[{"score":1e999}]}', "") },
  { weight: 1, arbitrary: text },
);
const endless = fc.nat(40).map((chunks) => Array.from({ length: chunks }, () => "x".repeat(CHUNK)));

/** What a process writes to its channel, in the pieces in which it arrives. */
const pieces = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(fc.array(line, { minLength: 1, maxLength: 3 }), fc.array(fc.nat(200), { maxLength: 3 }))
      .map(([lines, cuts]) => {
        const all = `${lines.join("\n")}\n`;
        const ends = [
          ...cuts,
          ...Array.from({ length: Math.ceil(all.length / CHUNK) }, (_, index) => CHUNK * (index + 1)),
        ];
        const places = [0, ...ends.sort((a, b) => a - b)];
        return places.slice(1).map((place, index) => all.slice(places[index], place));
      }),
  },
  { weight: 1, arbitrary: endless },
);

/** Replies of a Python process, to the request to load and to judge: see src/verifiers/python/conversation.ts. */
export const target = fuzzTarget({
  input: fc.record({ isLoad: fc.boolean(), pieces }),
  refusals: ["verifier_failed", "unknown_name"],
  async read({ isLoad, pieces: arriving }) {
    const conversation = startConversation({
      send: () => undefined,
      onSettled: () => undefined,
      onEnd: () => undefined,
    });
    const request = conversation.request({});
    request.catch(() => undefined);
    arriving.forEach(conversation.take);
    conversation.end(new BridgeError("the Python process ended"));
    if (isLoad) {
      await request
        .then((value) => JSON.stringify(loadedSchema.parse(value).fingerprint))
        .catch((cause: unknown) => {
          const refusal = loadError(TARGET, cause as Error);
          requireShort([refusal.message, refusal.advice], 300_000);
          throw refusal;
        });
      return;
    }
    const items = Array.from({ length: COUNT }, () => ({ problem: {}, response: "", answer: "" }));
    const judge = async () =>
      readResults(await request, COUNT).map((each) => {
        if (each === null) return null;
        return "error" in each ? new BridgeError(each.error) : { ...each, passed: each.score >= 1 };
      });
    const judgements = await judgeGroup(judge, items, 60_000);
    if (judgements === undefined) throw new RlvrError("verifier_failed", "each is judged alone next", { advice: "" });
    for (const judgement of judgements) requireShort([judgement.status === "ok" ? "" : judgement.error], MOST);
  },
});

function requireShort(texts: readonly string[], most: number): void {
  for (const each of texts) if (each.length > most) throw new Error(`a text of ${each.length} characters came out`);
}
