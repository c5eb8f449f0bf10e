import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { messageOf, RlvrError } from "../errors.ts";
import { childEnvironment } from "../secrets/child-environment.ts";
import { examined, type EnvironmentKind, type Examined } from "./environment-kind.ts";

const run = promisify(execFile);

/** Imports modules, and prints {@link examined} as its last line, with the versions of packages. */
function examination({ modules, told }: EnvironmentKind): string {
  return `
import importlib.metadata, json, platform
import ${["torch", ...modules].join(", ")}
def version(name):
    try: return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError: return None
versions = {name: version(name) for name in ${JSON.stringify(told)}}
count = torch.cuda.device_count() if torch.cuda.is_available() else 0
print(json.dumps({
    "build": "rocm" if torch.version.hip else "cuda" if torch.version.cuda else "cpu",
    "devices": [torch.cuda.get_device_name(index) for index in range(count)],
    "versions": {
        "python": platform.python_version(),
        "torch": torch.__version__,
        **{name: found for name, found in versions.items() if found is not None},
    },
}))`;
}

/**
 * Has an interpreter import what an environment is for. Some seconds.
 * @throws RlvrError of the kind's code with what Python says when it cannot.
 */
export async function examineEnvironment(
  kind: EnvironmentKind,
  python: string,
  signal?: AbortSignal,
): Promise<Examined> {
  try {
    const { stdout } = await run(python, ["-I", "-c", examination(kind)], {
      env: childEnvironment("trainer"),
      ...(signal && { signal }),
    });
    return examined.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
  } catch (error) {
    signal?.throwIfAborted();
    const said = (error as { stderr?: string }).stderr?.trim().split("\n").at(-1);
    throw new RlvrError(kind.failure, `${kind.title} does not work: ${python} says ${said || messageOf(error)}`, {
      advice: `Make the environment anew: ${kind.command}.`,
      cause: error,
    });
  }
}
