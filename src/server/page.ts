import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { getMimeType } from "hono/utils/mime";
import type { MiddlewareHandler } from "hono";
import { fault } from "./faults.ts";

/** One file of the built page. */
interface PageFile {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly cacheControl: string;
}

/** The built page: each file by its path in URLs. What is not in here cannot be asked for. */
export type Page = ReadonlyMap<string, PageFile>;

const INDEX = "/index.html";
/** Vite puts a hash of the content into the names of the files in this folder. */
const HASHED = "/assets/";

/**
 * Reads the built page, all of it: regular files and folders alone, as a link may lead out of the folder. A request is
 * answered from memory by its exact path, so no path can reach any other file.
 */
export function loadPage(directory: string): Page {
  return new Map(
    filesBelow(directory, "/").map((url) => {
      const file: PageFile = {
        content: new Uint8Array(readFileSync(join(directory, url))),
        type: getMimeType(url) ?? "application/octet-stream",
        cacheControl: url.startsWith(HASHED) ? "public, max-age=31536000, immutable" : "no-cache",
      };
      return [url, file];
    }),
  );
}

/** The files below a folder as paths in URLs. Not readdir's own recursion, which follows links to folders. */
function filesBelow(directory: string, url: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return filesBelow(join(directory, entry.name), `${url}${entry.name}/`);
    return entry.isFile() ? [`${url}${entry.name}`] : [];
  });
}

/** Serves the page: its files by their paths, and for any other path its index, where the page finds its own way. */
export function servePage(page: Page): MiddlewareHandler {
  return async (context, next) => {
    const { path, method } = context.req;
    if (method !== "GET" && method !== "HEAD") return next();
    const file = page.get(path) ?? (path.startsWith(HASHED) ? undefined : page.get(INDEX));
    if (file === undefined)
      return context.json(fault("unknown_name", `there is no ${path}`, "Load the page anew."), 404);
    return context.body(file.content, 200, { "content-type": file.type, "cache-control": file.cacheControl });
  };
}
