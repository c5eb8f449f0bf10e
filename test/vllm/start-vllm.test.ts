import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { cacheFolder } from "../../src/core/files/cache-folder.ts";
import { messageOf } from "../../src/core/errors.ts";
import { startVllm } from "../../src/policy/vllm/start-vllm.ts";

function emptyModel(): string {
  const directory = mkdtempSync(join(tmpdir(), "rlvr-no-model-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

test("says what is missing: a model, a Python, a vLLM", async () => {
  const directory = emptyModel();
  await expect(startVllm({ modelDirectory: directory })).rejects.toMatchObject({ code: "missing_file" });
  writeFileSync(join(directory, "config.json"), "{}");
  await expect(startVllm({ modelDirectory: directory, python: "/nonexistent/python" })).rejects.toMatchObject({
    code: "missing_file",
    message: expect.stringContaining("does not run"),
  });
  // Whatever is installed beside it, the standard library alone holds no vLLM.
  await expect(startVllm({ modelDirectory: directory, python: isolatedPython(directory) })).rejects.toMatchObject({
    code: "missing_file",
    advice: expect.stringContaining("rlvr policy setup"),
  });
});

test("keeps what vLLM's processes make for each other, and compiled code, from the machine's other users", async () => {
  const directory = emptyModel();
  writeFileSync(join(directory, "config.json"), "{}");
  const python = join(directory, "python");
  // Asked with -c what it holds; then told to serve.
  const script = '[ "$1" = -c ] && echo vllm 0.32.0 || { umask; echo "compiled: $TORCHINDUCTOR_CACHE_DIR"; exit 1; }';
  writeFileSync(python, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const failed = await startVllm({ modelDirectory: directory, python }).catch(messageOf);
  expect(failed).toMatch(/^0077$/m);
  expect(failed).toContain(`compiled: ${join(cacheFolder(), "torchinductor")}`);
});

function isolatedPython(directory: string): string {
  const path = join(directory, "python");
  writeFileSync(path, '#!/bin/sh\nexec python3 -I -S "$@"\n', { mode: 0o755 });
  return path;
}
