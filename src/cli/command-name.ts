/** How a person starts this program here: by its own name, or through pnpm in a checkout of the repository. */
export function commandName(): string {
  return process.env["npm_lifecycle_event"] === "rlvr" ? "npx pnpm@12 rlvr" : "rlvr";
}
