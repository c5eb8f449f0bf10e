import { readFileSync } from "node:fs";
import { z } from "zod";
import type { ErrorCode } from "../errors.ts";
import { sha256 } from "../files/files.ts";

/** Which build of PyTorch, and of what is made for it, to install. */
export type WantedBuild = "cpu" | "cuda";

/** A Python environment that rlvr makes, as data: what it holds, and how to see that it works. */
export interface EnvironmentKind {
  /** Of its folder and of its record, such as `trainer`. */
  readonly name: string;
  /** As messages call it, such as `the trainer's environment`. */
  readonly title: string;
  /** The command that makes it. */
  readonly command: string;
  /** For each build the path of the file of what it needs, each package at one version. */
  readonly requirements: Readonly<Record<WantedBuild, string>>;
  /** Packages that the requirements bring in and that keep it from working: taken out once it is installed. */
  readonly without: Readonly<Record<WantedBuild, readonly string[]>>;
  /** How many packages that comes to, about: it differs by platform, and pip does not say. For the progress alone. */
  readonly packages: number;
  /** Modules that it is for: it works when Python can import them. */
  readonly modules: readonly string[];
  /** Packages whose versions to tell, of those that are installed. */
  readonly told: readonly string[];
  /** The code of the error when it cannot be made or does not work. */
  readonly failure: ErrorCode;
}

/** What an interpreter says of itself. */
export const examined = z.object({
  /** Which build of PyTorch it has. */
  build: z.enum(["cpu", "cuda", "rocm"]),
  /** Names of the GPUs that PyTorch can use. */
  devices: z.array(z.string()),
  /** Of the interpreter (`python`) and of the libraries that count, by name. */
  versions: z.record(z.string(), z.string()),
});

/** What an environment can do. */
export type Examined = z.infer<typeof examined>;

/** sha256 of all requirements that this version of rlvr has for a kind of environment. */
export function requirementsHash({ requirements: { cpu, cuda } }: EnvironmentKind): string {
  const files = [...new Set([cpu, cuda])].map((path) => readFileSync(path));
  return sha256(Buffer.concat(files));
}
