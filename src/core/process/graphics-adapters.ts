import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, delimiter } from "node:path";

/** Where the Vulkan loader finds drivers on Linux. */
const DRIVER_FOLDERS = ["/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/etc/vulkan/icd.d"];

/** What this machine has for the devices of rlvr's own policy server, by name: NVIDIA's cards, Vulkan's drivers, Metal. */
export function graphicsAdapters(environment: NodeJS.ProcessEnv = process.env): string[] {
  const drivers = vulkanDrivers(environment).map((name) => `${name} (Vulkan: webgpu)`);
  return [...nvidiaCards(), ...drivers, ...(process.platform === "darwin" ? ["Metal (webgpu)"] : [])];
}

function nvidiaCards(): string[] {
  try {
    const names = execFileSync("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 5000,
    });
    return linesOf(names).map((name) => `${name} (cuda)`);
  } catch {
    return [];
  }
}

/** Names of Vulkan drivers, by their files: those that the environment names stand for all others. */
function vulkanDrivers({ VK_DRIVER_FILES: files, VK_ICD_FILENAMES: older }: NodeJS.ProcessEnv): string[] {
  const named = (files ?? older ?? "").split(delimiter).filter((path) => path !== "");
  const found = named.length > 0 ? named : DRIVER_FOLDERS.flatMap(filesIn);
  const names = found.filter((path) => path.endsWith(".json")).map((path) => basename(path, ".json"));
  return [...new Set(names.map((name) => name.replace(/(?:_icd)?(?:\.\w+)?$/, "")))];
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
