import { z } from "zod";
import { RlvrError } from "../../core/errors.ts";
import { issuesText } from "../../core/files/read-json.ts";
import { presentFields } from "../../problems/check-problem.ts";
import { openSource, openStream } from "../../problems/source/open-source.ts";
import { ROW_WORDS, type Source } from "../../problems/source/source-rows.ts";
import type { VerifierItem } from "../../verifiers/pool/worker-protocol.ts";
import { userPath } from "../user-path.ts";

const rowSchema = z.looseObject({
  problem: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  answer: z.string(),
  response: z.string(),
  truncated: z.boolean().optional(),
});

/** Fields that are text: a number stands for its source text there. */
const TEXTS = ["problem", "answer", "response"];

/** Responses to judge, read once. */
export interface Responses {
  /** @throws RlvrError `bad_usage` at the first line that is none, naming it. */
  items(): AsyncGenerator<VerifierItem>;
  /** The part that is read, from 0 to 1; 0 for stdin, whose length is unknown. */
  share(): number;
}

/**
 * Responses of a file, which is read as problem sets are, or, for `-`, of stdin.
 * @throws RlvrError like `openSource`.
 */
export async function openResponses(name: string): Promise<Responses> {
  const isStdin = name === "-";
  const source = isStdin ? await openStream(process.stdin, "stdin") : await openSource(userPath(name));
  return { items: () => itemsOf(source, isStdin ? "stdin" : name), share: () => source.share() };
}

async function* itemsOf(source: Source, name: string): AsyncGenerator<VerifierItem> {
  const where = `${name}, ${ROW_WORDS[source.format]}`;
  for await (const row of source.rows()) {
    if ("fault" in row) throw badLine(`${where} ${row.number}`, row.fault);
    const result = rowSchema.safeParse(presentFields(row.value, TEXTS));
    if (!result.success) throw badLine(`${where} ${row.number}`, issuesText(result.error));
    const { problem, answer, response, truncated = false, ...extra } = result.data;
    const record = typeof problem === "object" ? problem : problem === undefined ? {} : { problem };
    yield { problem: { ...extra, answer, ...record }, answer, response, truncated };
  }
}

function badLine(where: string, fault: string): RlvrError {
  return new RlvrError("bad_usage", `${where}: ${fault}`, {
    advice: 'Each row is a JSON object such as {"answer": "4", "response": "2+2=4"}; the rows before it were judged.',
  });
}
