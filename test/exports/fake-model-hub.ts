import { createHash } from "node:crypto";
import type { AddressInfo, Server } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";

/** A server on this machine that answers as the Hugging Face hub does to who uploads a model. */
export interface FakeModelHub {
  readonly url: string;
  /** Files of each repository after its last commit, by `OWNER/NAME` and their names. */
  readonly repositories: Map<string, Map<string, Buffer>>;
  /** Repositories that were asked for, with their visibility. */
  readonly created: unknown[];
  /** What commits were called. */
  readonly summaries: string[];
  /** How often a large file was sent. */
  uploads: number;
  /** Whether the next commit fails, after the large files were sent. */
  failsOnce: boolean;
  close(): void;
}

/** Files of so many bytes are kept apart from Git, as the hub keeps large ones (Git LFS). */
const LARGE = 10_000;

/** The token that it takes. */
export const TOKEN = "hf_aTokenThatMayWrite";

type CommitLine =
  | { readonly key: "header"; readonly value: { readonly summary: string } }
  | { readonly key: "file"; readonly value: { readonly path: string; readonly content: string } }
  | { readonly key: "lfsFile"; readonly value: { readonly path: string; readonly oid: string; readonly size: number } };

/** Starts one on a free port. */
export async function startFakeModelHub(): Promise<FakeModelHub> {
  const app = new Hono();
  const large = new Map<string, Buffer>();
  let url = "";
  const hub = {
    repositories: new Map<string, Map<string, Buffer>>(),
    created: [] as unknown[],
    summaries: [] as string[],
    uploads: 0,
    failsOnce: false,
  };
  app.use(async (context, next) => {
    // The place that large files are sent to is another host's in truth, which gets no token.
    const isStorage = context.req.path.startsWith("/storage/");
    if (!isStorage && context.req.header("authorization") !== `Bearer ${TOKEN}`)
      return context.json({ error: `Invalid credentials ${context.req.header("authorization")}` }, 401);
    await next();
  });
  app.post("/api/repos/create", async (context) => {
    const body = await context.req.json<{ name: string; organization: string | null }>();
    hub.created.push(body);
    const name = `${body.organization}/${body.name}`;
    const told = { url: `${url}/${name}`, name };
    if (hub.repositories.has(name)) return context.json({ error: "You already created this model repo", ...told }, 409);
    hub.repositories.set(name, new Map());
    return context.json(told);
  });
  app.post("/api/validate-yaml", (context) => context.json({ errors: [], warnings: [] }));
  app.get("/api/models/:owner/:name/*", (context) => context.json({ error: "nothing there" }, 404));
  app.post("/api/models/:owner/:name/preupload/:revision", async (context) => {
    const { files } = await context.req.json<{ files: { path: string; size: number }[] }>();
    const known = ({ path, size }: { path: string; size: number }) => {
      return { path, uploadMode: size >= LARGE ? "lfs" : "regular", shouldIgnore: false, oid: null };
    };
    return context.json({ files: files.map(known) });
  });
  app.post("/:owner/:name/info/lfs/objects/batch", async (context) => {
    const { objects } = await context.req.json<{ objects: { oid: string; size: number }[] }>();
    return context.json({
      transfer: "basic",
      objects: objects.map(({ oid, size }) =>
        large.has(oid) ? { oid, size } : { oid, size, actions: { upload: { href: `${url}/storage/${oid}` } } },
      ),
    });
  });
  app.put("/storage/:oid", async (context) => {
    const bytes = Buffer.from(await context.req.arrayBuffer());
    const oid = context.req.param("oid");
    if (createHash("sha256").update(bytes).digest("hex") !== oid) return context.text("not what was announced", 400);
    large.set(oid, bytes);
    hub.uploads++;
    return context.body(null, 200);
  });
  app.post("/api/models/:owner/:name/commit/:revision", async (context) => {
    const name = `${context.req.param("owner")}/${context.req.param("name")}`;
    if (hub.failsOnce) {
      hub.failsOnce = false;
      return context.json({ error: "the hub is being mended" }, 400);
    }
    const files = hub.repositories.get(name) as Map<string, Buffer>;
    for (const text of (await context.req.text()).trim().split("\n")) {
      const line = JSON.parse(text) as CommitLine;
      if (line.key === "header") hub.summaries.push(line.value.summary);
      else if (line.key === "file") files.set(line.value.path, Buffer.from(line.value.content, "base64"));
      else files.set(line.value.path, large.get(line.value.oid) as Buffer);
    }
    const commitOid = "0123456789abcdef0123456789abcdef01234567";
    return context.json({ success: true, commitOid, commitUrl: `${url}/${name}/commit/${commitOid}` });
  });
  const server = await new Promise<Server>((resolve) => {
    const started = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, () => resolve(started as Server));
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(hub, { url, close: () => void server.close() });
}
