import { resolve } from "node:path";
import { packagePath } from "../core/package-files.ts";
import { userPath } from "./user-path.ts";

/**
 * How a person starts this program from where they stand: by its own name or, in a checkout of the repository, through
 * pnpm, which has to be told of the checkout's folder when they stand in another.
 */
export function commandName(): string {
  if (process.env["npm_lifecycle_event"] !== "rlvr") return "rlvr";
  const root = resolve(packagePath("."));
  return userPath(".") === root ? "npx pnpm@12 rlvr" : `npx pnpm@12 --dir ${root} rlvr`;
}
