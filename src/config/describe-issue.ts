import { z } from "zod";
import { nearestName } from "../core/nearest-name.ts";

/** One fault of a document as people read it. */
export interface DescribedIssue {
  /** Where it is: keys and indexes from the top. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Turns a zod issue into a sentence; an unknown key is answered with the nearest one the schema knows. */
export function describeIssue(issue: z.core.$ZodIssue, schema: z.ZodType): DescribedIssue {
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] ?? "";
    const nearest = nearestName(key, keysAt(schema, issue.path));
    const where = issue.path.length > 0 ? ` in ${issue.path.join(".")}` : "";
    return {
      path: [...issue.path, key],
      message: `unknown key "${key}"${where}${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`,
    };
  }
  const where = issue.path.length > 0 ? `${issue.path.join(".")}: ` : "";
  return { path: issue.path, message: where + issue.message };
}

/** The keys that a schema knows at a path, read from its JSON schema. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let node = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchemaNode | undefined;
  for (const part of path) node = typeof part === "number" ? node?.items : node?.properties?.[String(part)];
  return Object.keys(node?.properties ?? {});
}

interface JsonSchemaNode {
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>;
  readonly items?: JsonSchemaNode;
}
