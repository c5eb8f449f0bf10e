import { enableCompileCache } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Imported first: Node keeps what it compiled, so that this process, its children and the next command begin sooner. In
 * Node's usual place, unless NODE_COMPILE_CACHE says otherwise; where that cannot be written, nothing is kept.
 */
process.env["NODE_COMPILE_CACHE"] ??= join(tmpdir(), "node-compile-cache");
enableCompileCache(process.env["NODE_COMPILE_CACHE"]);
