import { z } from "zod";
import { isRlvrError, messageOf } from "../../core/errors.ts";
import { refusalStatus } from "../http-refusal.ts";
import type { ServerConnection } from "../server-connection.ts";

/** What a server lets its clients do beside sampling. */
export interface AdministrationOffers {
  /** rlvr's own server loads an export directory. */
  readonly loadExport: boolean;
  /**
   * vLLM's LoRA hot-load: `yes`; `disabled`: it has the endpoint but runs without --enable-lora; `no endpoint`:
   * VLLM_ALLOW_RUNTIME_LORA_UPDATING is not set.
   */
  readonly lora: "yes" | "disabled" | "no endpoint";
  /** Whether sampling can be paused and resumed. */
  readonly pause: boolean;
  /** Whether methods of its workers can be called (/collective_rpc), by which it reads full weights anew. */
  readonly reload: boolean;
  /** Whether it tells the version of its weights, and takes one. */
  readonly weightVersion: string | undefined;
  /** Whether it has been configured to receive weights from a trainer (--weight-transfer-config). */
  readonly weightTransfer: boolean;
  /** Whether it was started with --enable-sleep-mode; undefined: it does not tell. */
  readonly sleep: boolean | undefined;
  /** Largest rank of an adapter; undefined: it does not tell. */
  readonly maxLoraRank: number | undefined;
  /** Whether it computes on a CPU; undefined: it does not tell. */
  readonly isCpu: boolean | undefined;
}

/** What the name of an adapter that nobody has looks like: loading it fails, and the reason tells. */
const NO_ADAPTER = { lora_name: "rlvr-probe", lora_path: "/nonexistent/rlvr-probe" };
/** vLLM looks at its machine for a while before it first tells its configuration, in milliseconds. */
const INFO_MS = 10_000;

const serverInfo = z.object({
  vllm_config: z.object({
    model_config: z.object({ enable_sleep_mode: z.boolean().nullish() }),
    lora_config: z.object({ max_lora_rank: z.int().nullish() }).nullish(),
    device_config: z.object({ device: z.string() }).nullish(),
  }),
});

/** Asks which endpoints a server has, and what stands behind them, without changing anything there. */
export async function probeAdministration(
  server: ServerConnection,
  signal: AbortSignal,
): Promise<AdministrationOffers> {
  const [loadExport, lora, pause, reload, weightVersion, weightTransfer, info] = await Promise.all([
    takesExports(server, signal),
    loraOffer(server, signal),
    isThere(server, "/is_paused", signal),
    isThere(server, "/collective_rpc", signal),
    weightVersionOf(server, signal),
    isTransferConfigured(server, signal),
    infoOf(server, signal),
  ]);
  const device = info?.vllm_config.device_config?.device;
  return {
    loadExport,
    lora,
    pause,
    reload,
    weightVersion,
    weightTransfer,
    sleep: info?.vllm_config.model_config.enable_sleep_mode ?? undefined,
    maxLoraRank: info?.vllm_config.lora_config?.max_lora_rank ?? undefined,
    isCpu: device === undefined ? undefined : device === "cpu",
  };
}

/** Whether a server has an endpoint. One for POST alone answers a GET with 405 and does nothing. */
async function isThere(server: ServerConnection, path: string, signal: AbortSignal): Promise<boolean> {
  return (await statusOf(server, path, undefined, signal)).status !== 404;
}

async function takesExports(server: ServerConnection, signal: AbortSignal): Promise<boolean> {
  // rlvr's server, which knows no GET of it, refuses a load without a directory.
  return (await statusOf(server, "/load_export", {}, signal)).status === 400;
}

async function loraOffer(server: ServerConnection, signal: AbortSignal): Promise<AdministrationOffers["lora"]> {
  if (!(await isThere(server, "/v1/load_lora_adapter", signal))) return "no endpoint";
  const { message } = await statusOf(server, "/v1/load_lora_adapter", NO_ADAPTER, signal);
  return message.includes("--enable-lora") ? "disabled" : "yes";
}

async function isTransferConfigured(server: ServerConnection, signal: AbortSignal): Promise<boolean> {
  if (!(await isThere(server, "/init_weight_transfer_engine", signal))) return false;
  // Without the addresses that it needs, nothing is begun.
  const { message } = await statusOf(server, "/init_weight_transfer_engine", { init_info: {} }, signal);
  return !message.includes("not configured");
}

/** The version that a server gives its weights; undefined where it tells none. */
export async function weightVersionOf(server: ServerConnection, signal: AbortSignal): Promise<string | undefined> {
  const schema = z.object({ weight_version: z.string() });
  return (await optional(server, "/weight_info", schema, signal))?.weight_version;
}

function infoOf(server: ServerConnection, signal: AbortSignal): Promise<z.infer<typeof serverInfo> | undefined> {
  return optional(server, "/server_info?config_format=json", serverInfo, signal, INFO_MS);
}

/** The answer of an endpoint that a server may not have, or not in time, or in another form. */
async function optional<T extends z.ZodType>(
  server: ServerConnection,
  path: string,
  schema: T,
  signal: AbortSignal,
  firstByteMs?: number,
): Promise<z.infer<T> | undefined> {
  try {
    return await server.ask(path, { schema, signal, ...(firstByteMs === undefined ? {} : { firstByteMs }) });
  } catch (error) {
    if (signal.aborted || !isRlvrError(error)) throw error;
    return undefined;
  }
}

/** How a server answers: 200, or the status of its refusal with what it says. */
async function statusOf(
  server: ServerConnection,
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly message: string }> {
  try {
    await server.ask(path, { ...(body === undefined ? {} : { body }), schema: z.unknown(), signal });
    return { status: 200, message: "" };
  } catch (error) {
    const status = refusalStatus(error);
    if (status === undefined || status === 401) throw error;
    return { status, message: messageOf(error) };
  }
}
