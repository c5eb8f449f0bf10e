import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "../core/files/cache-folder.ts";
import { isRlvrError } from "../core/errors.ts";
import { makeCodeFolder } from "../core/files/private-folder.ts";

/**
 * Imported first: Node keeps what it compiled, so that this process, its children and the next command begin sooner. It
 * runs what it finds there, so a folder that another user may have written to is not used; nor is one that cannot be
 * made. Nothing is kept then. NODE_COMPILE_CACHE names another folder, which is not checked.
 */
const folder = process.env["NODE_COMPILE_CACHE"] ?? privateFolder();
if (folder !== undefined) {
  process.env["NODE_COMPILE_CACHE"] = folder;
  enableCompileCache(folder);
}

function privateFolder(): string | undefined {
  const path = join(cacheFolder(), "compile");
  try {
    makeCodeFolder(path);
    return path;
  } catch (error) {
    if (isRlvrError(error))
      process.stderr.write(`${error.message}. Compiled code is neither read nor kept there. ${error.advice}\n`);
    return undefined;
  }
}
