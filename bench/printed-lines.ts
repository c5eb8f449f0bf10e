import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * Lines that a program prints on its standard output.
 * @throws when it ends with another code than 0, with the end of what it wrote to its standard error.
 */
export async function printedLines(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string[]> {
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors = (errors + text).slice(-4000)));
  const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) lines.push(line);
  const code = await ended;
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with code ${code}:\n${errors}`);
  return lines;
}
