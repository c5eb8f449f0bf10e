const OPENED = /<think>/i;
const CLOSED = /<\/think>/gi;

/**
 * A response without its thinking: what stands behind the last `</think>`, in any case, and before a `<think>` that is
 * not closed. The opening tag may be missing: chat templates often put it into the prompt.
 */
export function withoutThinking(response: string): string {
  let start = 0;
  for (const match of response.matchAll(CLOSED)) start = match.index + match[0].length;
  const rest = response.slice(start);
  const opened = rest.search(OPENED);
  return opened === -1 ? rest : rest.slice(0, opened);
}
