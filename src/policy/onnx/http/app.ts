import { Hono, type Context } from "hono";
import { streamSSE } from "hono/streaming";
import { RlvrError, isRlvrError, messageOf } from "../../../core/errors.ts";
import { requireKey } from "./api-key.ts";
import { refuseBrowsers } from "./browser-guard.ts";
import { planCompletion } from "./completions.ts";
import type { Engine } from "../engine.ts";
import type { ServerMetrics } from "./metrics.ts";
import type { PolicyTexts } from "../tokenizer/policy-texts.ts";
import {
  badRequest,
  completionBody,
  detokenizeBody,
  errorBody,
  loadExportBody,
  parseAs,
  pauseMode,
  statusOf,
  tokenizeBody,
} from "./protocol.ts";
import { pacedSender } from "./paced-sender.ts";
import { bodyUpTo, requestLimits } from "./request-limits.ts";
import { answerCompletion, streamCompletion } from "./streaming.ts";

/** What the routes work with. */
export interface AppParts {
  readonly engine: Engine;
  readonly texts: PolicyTexts;
  readonly metrics: ServerMetrics;
  /** The address that the server listens on. */
  readonly host: string;
  /** The key that requests must bring; undefined asks for none. */
  readonly apiKey: string | undefined;
}

/** The server's routes: the subset of vLLM's HTTP API that rlvr's client speaks, and POST /load_export. */
export function createApp({ engine, texts, metrics, host, apiKey }: AppParts): Hono {
  const app = new Hono();
  const { model } = engine;
  const { tokenizer } = texts;
  const { maxLength, vocabSize } = model.config;

  const limits = requestLimits(model.config);

  app.use(refuseBrowsers(host));
  if (apiKey !== undefined) app.use(requireKey(apiKey));
  app.get("/health", (context) => context.body(null, 200));
  app.get("/v1/models", (context) =>
    context.json({
      object: "list",
      policy_version: engine.policyVersion,
      // A request costs more than the few steps of a small policy: a group in one is drawn in half the time.
      whole_groups: true,
      data: [{ id: model.name, object: "model", owned_by: "rlvr", root: model.directory, max_model_len: maxLength }],
    }),
  );
  app.get("/metrics", async (context) =>
    context.text(await metrics.registry.metrics(), 200, { "content-type": metrics.registry.contentType }),
  );

  app.post("/v1/completions", bodyUpTo(limits.completionBytes), async (context) => {
    const began = performance.now();
    try {
      const body = parseAs(completionBody, await jsonOf(context));
      const plan = planCompletion(body, model);
      const promptTokens = plan.requests.reduce((sum, request) => sum + request.promptIds.length, 0);
      const record = ({ generated, aborted }: { generated: number; aborted: boolean }): void =>
        metrics.recordAnswer(aborted ? "aborted" : "ok", promptTokens, generated, (performance.now() - began) / 1000);
      if (body.stream === true) {
        return streamSSE(
          context,
          async (stream) => {
            const left = new AbortController();
            const signal = AbortSignal.any([context.req.raw.signal, left.signal]);
            const { send, written } = pacedSender(stream, () => left.abort());
            record(await streamCompletion(plan, engine, texts, signal, send));
            await written();
          },
          async (error, stream) => {
            metrics.recordFailure();
            await stream.writeSSE({ data: JSON.stringify(errorBody(asRlvrError(error))) });
          },
        );
      }
      const answer = await answerCompletion(plan, engine, texts, context.req.raw.signal);
      record(answer);
      return context.json(answer.body);
    } catch (error) {
      metrics.recordFailure();
      throw error;
    }
  });

  app.post("/tokenize", bodyUpTo(limits.textBytes), async (context) => {
    const body = tokenizeBody(await jsonOf(context));
    const tokens =
      "conversation" in body
        ? await tokenizer.encodeChat(body.conversation, body.encoding)
        : await tokenizer.encode(body.prompt, body.add_special_tokens);
    return context.json({ count: tokens.length, max_model_len: maxLength, tokens });
  });
  app.post("/detokenize", bodyUpTo(limits.tokenBytes), async (context) => {
    const { tokens } = parseAs(detokenizeBody, await jsonOf(context));
    const outside = tokens.find((id) => id >= vocabSize);
    if (outside !== undefined) throw badRequest(`tokens: id ${outside} is outside the vocabulary of ${vocabSize}`);
    const [prompt] = await tokenizer.decodeAll([tokens]);
    return context.json({ prompt });
  });

  app.post("/pause", async (context) => {
    await engine.pause(parseAs(pauseMode, context.req.query("mode")));
    return context.json({ status: "paused" });
  });
  app.post("/resume", (context) => {
    engine.resume();
    return context.json({ status: "resumed" });
  });
  app.get("/is_paused", (context) => context.json({ is_paused: engine.isPaused }));
  app.post("/load_export", bodyUpTo(limits.otherBytes), async (context) => {
    const { directory, policy_version: policyVersion } = parseAs(loadExportBody, await jsonOf(context));
    await engine.loadExport(directory, policyVersion);
    metrics.recordLoad();
    return context.json({ policy_version: policyVersion });
  });

  app.notFound((context) => {
    const error = new RlvrError("unknown_name", `there is no ${context.req.method} ${context.req.path} here`, {
      advice: "See the list of endpoints in the documentation of `rlvr policy serve`.",
    });
    return context.json(errorBody(error), 404);
  });
  app.onError((thrown, context) => {
    const error = asRlvrError(thrown);
    return context.json(errorBody(error), statusOf(error));
  });
  return app;
}

async function jsonOf(context: Context): Promise<unknown> {
  const text = await context.req.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`the body is not JSON: ${messageOf(error)}`);
  }
}

function asRlvrError(error: unknown): RlvrError {
  if (isRlvrError(error)) return error;
  return new RlvrError("policy_failed", messageOf(error), { advice: "This is a fault of the server.", cause: error });
}
