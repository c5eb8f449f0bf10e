import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { RlvrError } from "../../core/errors.ts";
import { openRegularFile } from "../../core/files/read-file.ts";

/**
 * Files beside its weights that make a folder a Hugging Face model: how it is built, how it reads and writes text, how it is
 * sampled from, and what its makers allow. A model's folder may hold anything else, which is left where it is.
 */
const BESIDE_WEIGHTS =
  /^(?:config\.json|generation_config\.json|tokenizer.*|special_tokens_map\.json|added_tokens\.json|vocab\..*|merges\.txt|chat_template.*|[\w.-]+\.model|(?:pre)?processor_config\.json|(?:licen[cs]e|notice|use_policy)[\w.-]*)$/i;

/** Whether a model needs a file beside its weights. Pure. */
export function isBesideWeights(name: string): boolean {
  return BESIDE_WEIGHTS.test(name);
}

/**
 * Copies a file of a model, bit by bit. A link is followed, as those of the hub's cache want it.
 * @param onBytes told of each piece; what it throws ends the copy.
 * @throws RlvrError `bad_checkpoint` of anything but a regular file.
 */
export async function copyModelFile(from: string, to: string, onBytes: (bytes: number) => void): Promise<void> {
  const refuse = (why: string, cause?: unknown): RlvrError =>
    new RlvrError("bad_checkpoint", `${from} ${why}`, {
      advice: "Bring the model's files back to where they were.",
      cause,
    });
  const file = await openRegularFile(from, refuse);
  if (file === undefined) throw refuse("is gone");
  const counted = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      onBytes(chunk.length);
      yield chunk;
    }
  };
  await pipeline(file.createReadStream(), counted, createWriteStream(to, { flags: "wx" }));
}
