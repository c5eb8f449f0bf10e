import fc from "fast-check";
import type { ServerConnection } from "../../src/policy/server-connection.ts";

const odd = fc.oneof(fc.constantFrom(null, "length", "__proto__", -1, 0.5, 1e300, true, {}, []), fc.jsonValue());
const mostly = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 40, arbitrary: arbitrary as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: odd });

/** A choice of a completion as a server sends it: mostly as it should be. */
export const sentChoice: fc.Arbitrary<Record<string, unknown>> = fc
  .record({
    index: mostly(fc.constantFrom(0, 0, 1)),
    text: mostly(fc.string()),
    finish_reason: mostly(fc.constantFrom("stop", "length", "stop", "abort")),
    ids: fc.array(mostly(fc.nat(30)), { minLength: 1, maxLength: 6 }),
    logprob: mostly(fc.constant(-0.5)),
    logprobs: mostly(fc.constant("right")),
  })
  .map(({ ids, logprob, logprobs, ...choice }) => ({
    ...choice,
    token_ids: ids,
    logprobs: logprobs === "right" ? { token_logprobs: ids.map(() => logprob) } : logprobs,
  }));

/** A connection to a server that answers everything with one text. */
export function answeringConnection(text: string): ServerConnection {
  const unused = (): never => {
    throw new Error("only completions are asked for");
  };
  return {
    url: "http://server",
    withoutKey: (said) => said,
    ask: unused,
    text: () => Promise.resolve(text),
    stream: unused,
    close: unused,
  };
}
