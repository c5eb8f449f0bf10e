import { statfs } from "node:fs/promises";
import { RlvrError } from "../core/errors.ts";
import { sizeText } from "../core/texts/size-text.ts";

/**
 * Refuses a download that the disk has no room for.
 * @param what is downloaded, for the message.
 * @param variable of the environment that names another folder.
 * @throws RlvrError `disk_full`.
 */
export async function refuseWithoutRoom(bytes: number, what: string, folder: string, variable: string): Promise<void> {
  const { bavail, bsize, blocks } = await statfs(folder);
  // Some network file systems do not say what they have.
  if (blocks === 0 || bytes <= bavail * bsize) return;
  const [needed, free] = [bytes, bavail * bsize].map(sizeText);
  throw new RlvrError("disk_full", `${what} has ${needed}, and the disk that holds ${folder} has ${free} left`, {
    advice: `Free some space, or name a folder on another disk by ${variable}.`,
  });
}
