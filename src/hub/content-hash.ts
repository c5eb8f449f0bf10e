import { createHash, type Hash } from "node:crypto";
import { z } from "zod";

/** The hub's name for a content, which is a hash of it: SHA-256 of large files (Git LFS), Git's SHA-1 of small ones. */
export const contentSchema = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "no SHA-1 or SHA-256");

/** Computes the hash of a content of so many bytes, of the kind that its name is. */
export function contentHasher(content: string, bytes: number): Hash {
  return content.length === 64 ? createHash("sha256") : createHash("sha1").update(`blob ${bytes}\0`);
}
