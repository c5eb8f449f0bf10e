import { z } from "zod";
import { cutText } from "./cut-text.ts";
import { nearestName } from "../nearest-name.ts";

/** How many unknown keys of an object are told: to look for the nearest known one takes time. */
const TOLD = 100;

/** One fault of a document as people read it. */
export interface Fault {
  /** Where it is: keys and indexes from the top. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Turns a zod issue into sentences; each unknown key is answered with the nearest one that the schema knows. */
export function describeIssue(issue: z.core.$ZodIssue, schema: z.ZodType): Fault[] {
  const { path } = issue;
  if (issue.code === "invalid_union") {
    // The one alternative that is of the value's type says what is wrong inside of it.
    const [meant, ...others] = issue.errors.filter((all) => all.every((each) => each.path.length > 0 || !isType(each)));
    if (meant !== undefined && others.length === 0)
      return meant.flatMap((each) => describeIssue({ ...each, path: [...path, ...each.path] }, schema));
  }
  if (issue.code !== "unrecognized_keys") {
    const isMissing = issue.code === "invalid_type" && issue.message.endsWith("received undefined");
    const message = isMissing && path.length > 0 ? "it is missing" : issue.message;
    return [{ path, message: `${path.length > 0 ? `${path.join(".")}: ` : ""}${message}` }];
  }
  const where = path.length > 0 ? ` in ${path.join(".")}` : "";
  const known = keysAt(schema, path);
  return issue.keys.slice(0, TOLD).map((name) => {
    const key = cutText(name);
    const nearest = nearestName(key, known);
    const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
    return { path: [...path, name], message: `unknown key "${key}"${where}${hint}` };
  });
}

function isType({ code }: z.core.$ZodIssue): boolean {
  return code === "invalid_type" || code === "invalid_union";
}

/** The keys that a schema knows at a path, read from its JSON schema. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let node = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchemaNode | undefined;
  for (const part of path) {
    node = typeof part === "number" ? (node?.prefixItems?.[part] ?? node?.items) : node?.properties?.[String(part)];
    node = node?.anyOf?.find(({ properties, items }) => properties !== undefined || items !== undefined) ?? node;
  }
  return Object.keys(node?.properties ?? {});
}

interface JsonSchemaNode {
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>;
  readonly items?: JsonSchemaNode;
  readonly prefixItems?: readonly JsonSchemaNode[];
  readonly anyOf?: readonly JsonSchemaNode[];
}
