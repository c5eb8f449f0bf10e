import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/**
 * Installs packages of Debian, as root.
 * @throws Error where that cannot be done, with the advice.
 */
export function aptInstall(packages: readonly string[], advice: string): void {
  const what = packages.join(" and ");
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) throw new Error(`There is no ${what}. ${advice}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    execFileSync("apt-get", ["update", "-q"], { stdio: "ignore", env });
    execFileSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...packages], { stdio: "ignore", env });
  } catch (error) {
    throw new Error(`There is no ${what}, and apt-get could not install it. ${advice}`, { cause: error });
  }
}
