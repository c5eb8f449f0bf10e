import { z } from "zod";
import type { HubReference } from "../../core/hub-reference.ts";
import { contentSchema } from "../content-hash.ts";
import type { HubAddress } from "../hub-address.ts";
import { missing, type Asked } from "../hub-error.ts";
import { askHubJson } from "../hub-json.ts";

/** What the hub says of a file. */
export interface HubFile {
  /** Its content's name, which is a hash of it. */
  readonly content: string;
  /** Its length. */
  readonly bytes: number;
}

/** Most bytes of what the hub says of one file: some hundred, in fact. */
const MAX_LISTING = 64 * 1024;

const sized = { oid: contentSchema, size: z.int().nonnegative() };
const listingSchema = z.array(
  z.object({ type: z.string(), path: z.string(), ...sized, lfs: z.object(sized).nullish() }),
);

/** A file of a data set, as it is asked for. */
export function askedFile({ dataset, revision, path }: HubReference): Asked {
  return {
    what: `${path} of the data set ${dataset} (revision ${revision})`,
    otherWays:
      "A mirror is named by HF_ENDPOINT. Or fetch the file on another machine: its path can stand in the recipe in place of " +
      "the reference, and `rlvr problems import FILE --out SET.jsonl` makes a problem set of it.",
  };
}

/**
 * Asks the hub what a file is now.
 * @throws RlvrError like {@link askHubJson}.
 */
export async function askHub(address: HubAddress, reference: HubReference): Promise<HubFile> {
  const { dataset, revision, path } = reference;
  const asked = askedFile(reference);
  const request = `/api/datasets/${dataset}/paths-info/${encodeURIComponent(revision)}`;
  const body = { paths: [path] };
  const listing = await askHubJson(address, { path: request, body, maxBytes: MAX_LISTING, ...asked }, listingSchema);
  const file = listing.find((entry) => entry.path === path && entry.type === "file");
  if (file === undefined) throw missing(asked, address.url);
  const { oid, size } = file.lfs ?? file;
  return { content: oid, bytes: size };
}
