import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openDatabase } from "../tracking/database.ts";
import { createChangeFeed } from "./change-feed.ts";

test("a database that cannot be read any more is told of once, not at every poll", () => {
  const folder = mkdtempSync(join(tmpdir(), "rlvr-changes-"));
  vi.useFakeTimers();
  try {
    const db = openDatabase(join(folder, "changes.db"));
    const onFault = vi.fn<(error: unknown) => void>();
    const stop = createChangeFeed(db, () => true, onFault).listen(() => undefined, undefined);
    db.$client.close();
    vi.advanceTimersByTime(60_000);
    expect(onFault).toHaveBeenCalledOnce();
    stop();
  } finally {
    vi.useRealTimers();
    rmSync(folder, { recursive: true });
  }
});
