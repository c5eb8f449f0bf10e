import { z } from "zod";
import type { HubModel } from "../../core/hub-model.ts";
import { contentSchema } from "../content-hash.ts";
import type { HubAddress } from "../hub-address.ts";
import type { Asked } from "../hub-error.ts";
import { askHubJson } from "../hub-json.ts";
import type { ListedFile } from "./model-files.ts";

/** What the hub says of a model at a revision. */
export interface ModelListing {
  /** The commit that the revision is now. */
  readonly commit: string;
  readonly files: readonly ListedFile[];
}

/** Most bytes of a listing: some 300 for each file. */
const MAX_LISTING = 8 * 1024 * 1024;

const size = z.int().nonnegative();
const listingSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/, "no commit"),
  siblings: z
    .array(
      z.object({
        rfilename: z.string(),
        size: size.nullish(),
        blobId: contentSchema.nullish(),
        lfs: z.object({ sha256: contentSchema, size }).nullish(),
      }),
    )
    .max(100_000),
});

/** A model as it is asked for. */
export function askedModel({ name, revision }: HubModel): Asked {
  return {
    what: `the model ${name} (revision ${revision})`,
    otherWays:
      `A mirror is named by HF_ENDPOINT. Or fetch it on a machine that is online, with: hf download ${name} --local-dir DIRECTORY; ` +
      "copy that directory here, and name it in policy.model.",
  };
}

/**
 * Asks the hub which files a model has (GET /api/models/NAME/revision/REVISION, as huggingface_hub does).
 * @throws RlvrError like {@link askHubJson}.
 */
export async function listModel(address: HubAddress, model: HubModel, signal?: AbortSignal): Promise<ModelListing> {
  const asked = askedModel(model);
  const path = `/api/models/${model.name}/revision/${encodeURIComponent(model.revision)}?blobs=true`;
  const request = { path, maxBytes: MAX_LISTING, signal, ...asked };
  const { sha, siblings } = await askHubJson(address, request, listingSchema);
  const files = siblings.flatMap(({ rfilename: name, size: bytes, blobId, lfs }): ListedFile[] => {
    if (lfs) return [{ path: name, content: lfs.sha256, bytes: lfs.size }];
    return blobId && typeof bytes === "number" ? [{ path: name, content: blobId, bytes }] : [];
  });
  return { commit: sha, files };
}
