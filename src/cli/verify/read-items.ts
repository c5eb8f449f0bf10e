import { z } from "zod";
import { RlvrError } from "../../core/errors.ts";
import { jsonRows, openSource } from "../../problems/source.ts";
import type { SourceRow } from "../../problems/source-rows.ts";
import type { VerifierItem } from "../../verifiers/pool/worker-protocol.ts";
import { userPath } from "../user-path.ts";

const rowSchema = z.looseObject({
  problem: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  answer: z.string(),
  response: z.string(),
  truncated: z.boolean().optional(),
});

/** Responses that somebody gave to be judged, read once. */
export interface Responses {
  /** @throws RlvrError `bad_usage` at the first line that is none, naming it. */
  items(): AsyncGenerator<VerifierItem>;
  /** The part that is read, from 0 to 1; undefined where nobody knows. */
  share(): number | undefined;
}

/**
 * Responses of a file (JSON Lines, also compressed, or Parquet) or, for `-`, of stdin.
 * @throws RlvrError `missing_file` when there is no such file.
 */
export async function openResponses(name: string): Promise<Responses> {
  if (name === "-") return { items: () => itemsOf(jsonRows(process.stdin), "stdin, line"), share: () => undefined };
  const source = await openSource(userPath(name));
  const unit = source.format === "jsonl" ? "line" : "row";
  return { items: () => itemsOf(source.rows(), `${name}, ${unit}`), share: () => source.share() };
}

async function* itemsOf(rows: AsyncIterable<SourceRow>, where: string): AsyncGenerator<VerifierItem> {
  for await (const row of rows) {
    if ("fault" in row) throw badLine(`${where} ${row.number}`, row.fault);
    const result = rowSchema.safeParse(row.value);
    if (!result.success) {
      const faults = result.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`.trim());
      throw badLine(`${where} ${row.number}`, faults.join("; "));
    }
    const { problem, answer, response, truncated = false, ...extra } = result.data;
    const record = typeof problem === "object" ? problem : problem === undefined ? {} : { problem };
    yield { problem: { ...extra, answer, ...record }, answer, response, truncated };
  }
}

function badLine(where: string, fault: string): RlvrError {
  return new RlvrError("bad_usage", `${where}: ${fault}`, {
    advice: 'Each line is a JSON object such as {"answer": "4", "response": "2+2=4"}; the lines before it were judged.',
  });
}
