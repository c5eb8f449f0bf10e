import { join } from "node:path";
import { z } from "zod";
import type { Recipe } from "../../config/recipe-schema.ts";
import { readModelJson, modelNames } from "../../core/files/model-file.ts";
import { sizeOnDisk } from "../../core/files/size-on-disk.ts";

/** Bytes of a float32. */
const FLOAT = 4;

/** How much a recipe trains. */
export interface TrainedSize {
  /** Values of the model's weights. */
  readonly parameters: number;
  /** Values that are trained: all of them, or those of an adapter. */
  readonly trained: number;
}

const count = z
  .int()
  .positive()
  .max(2 ** 24);
const configSchema = z.object({
  dtype: z.string().optional(),
  torch_dtype: z.string().optional(),
  hidden_size: count.optional(),
  intermediate_size: count.optional(),
  num_hidden_layers: count.optional(),
  num_attention_heads: count.optional(),
  num_key_value_heads: count.optional(),
  head_dim: count.optional(),
});
type ModelConfig = z.infer<typeof configSchema>;

/**
 * How much a recipe trains, by the sizes of its model's files and of its config.json. An adapter is counted as in the
 * Llama family: query, key, value, output, gate, up and down.
 * @returns undefined where config.json does not tell enough.
 * @throws RlvrError `bad_checkpoint` when config.json is of no use.
 */
export function trainedSize({ policy: { model }, trainer: { torch } }: Recipe): TrainedSize | undefined {
  const config = readModelJson(join(model, "config.json"), configSchema);
  const weights = modelNames(model).filter((name) => name.endsWith(".safetensors"));
  const bytes = sizeOnDisk(weights.map((name) => join(model, name)));
  if (config === undefined || bytes === 0) return undefined;
  const parameters = Math.round(bytes / bytesOf(config.dtype ?? config.torch_dtype ?? "float32"));
  if (torch?.mode !== "lora") return { parameters, trained: parameters };
  const trained = adapterValues(config, torch.lora);
  return trained === undefined ? undefined : { parameters, trained };
}

/** Bytes of one value by the name of its type, such as `bfloat16` or `torch.float32`. */
function bytesOf(dtype: string): number {
  return dtype.endsWith("float16") ? 2 : FLOAT;
}

/** Values of an adapter: for each adapted matrix its rank times the matrix's two widths. Pure. */
export function adapterValues(
  config: Pick<ModelConfig, Exclude<keyof ModelConfig, "dtype" | "torch_dtype">>,
  { rank, targets }: { readonly rank: number; readonly targets: "all-linear" | readonly string[] },
): number | undefined {
  const {
    hidden_size: hidden,
    intermediate_size: inner,
    num_hidden_layers: layers,
    num_attention_heads: heads,
  } = config;
  if (hidden === undefined || inner === undefined || layers === undefined || heads === undefined) return undefined;
  const head = config.head_dim ?? hidden / heads;
  const [queries, keys] = [heads * head, (config.num_key_value_heads ?? heads) * head];
  const widths = {
    q_proj: hidden + queries,
    k_proj: hidden + keys,
    v_proj: hidden + keys,
    o_proj: queries + hidden,
    gate_proj: hidden + inner,
    up_proj: hidden + inner,
    down_proj: inner + hidden,
  };
  const adapted = Object.entries(widths).filter(([name]) => targets === "all-linear" || targets.includes(name));
  return adapted.length === 0 ? undefined : layers * rank * adapted.reduce((sum, [, both]) => sum + both, 0);
}
