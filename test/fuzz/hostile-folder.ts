import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { packagePath } from "../../src/core/package-files.ts";

/** Folders of models that were made from the tiny policy by hands that meant no good. */

const TINY = packagePath("policies/tiny");
const JSON_FILES = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json"] as const;

const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(-1, 0, 0.5, 3, 1e12, 2 ** 31, 2 ** 53, 1e308, "", "x", null, true, [], {}, [[]], { a: 1 }),
  fc.constant("a".repeat(5000)),
  fc.jsonValue(),
);
const regex = fc.constantFrom("[\\s\\S]", "(", "(?<=a)b", "(?i:x)", "\\p{Foo}", "a{9999999}", "\\G", "[[a]&&b]", "");
const PARTS =
  "ByteLevel Replace Sequence Split Metaspace BertNormalizer NFC Prepend Lowercase Precompiled Strip Digits Punctuation " +
  "Fuse WordPiece CTC ByteFallback BPEDecoder TemplateProcessing RobertaProcessing Whitespace WordLevel BPE Unigram None";
/** A part of a tokenizer, of a name that the library knows or of none. */
const part: fc.Arbitrary<unknown> = fc.record(
  {
    type: fc.constantFrom(...PARTS.split(" ")),
    pattern: fc.oneof(fc.record({ Regex: regex }), fc.record({ String: fc.constantFrom("1", "", "(") }), value),
    content: value,
    behavior: fc.constantFrom("Isolated", "Removed", "MergedWithNext", "Odd"),
    suffix: value,
    vocab: value,
    decoders: value,
    normalizers: value,
  },
  { requiredKeys: ["type"] },
);
const template: fc.Arbitrary<unknown> = fc.constantFrom(
  "{% for",
  "{{ 1 / 0 }}",
  "{{ a.b.c }}",
  "{{ raise_exception('no') }}",
  "{{ messages | tojson }}",
  "{{ 'é' }}",
  "",
  "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
  "{{ messages[0]['content'] }}",
  "{{ messages[9].content }}",
);

/** A change of a JSON file: of what stands under a key, or at the n-th place, counted through all of it. */
const change = fc.oneof(
  fc.record({ file: fc.constantFrom(...JSON_FILES), at: fc.nat(), value: fc.option(value, { nil: undefined }) }),
  fc.record({
    file: fc.constant("tokenizer.json"),
    at: fc.constantFrom("normalizer", "pre_tokenizer", "post_processor", "decoder", "model"),
    value: fc.oneof(part, value),
  }),
  fc.record({
    file: fc.constant("tokenizer_config.json"),
    at: fc.constantFrom("chat_template", "additional_special_tokens", "bos_token"),
    value: fc.oneof({ weight: 3, arbitrary: template }, { weight: 1, arbitrary: value }),
  }),
);

/** A file in whose place something else lies: nothing, no file, other bytes, or its own beginning. */
const replaced = fc.record({
  name: fc.constantFrom(...JSON_FILES, "model.safetensors", "manifest.json", "chat_template.jinja", "graphs", "onnx"),
  by: fc.oneof(
    fc.constantFrom("nothing", "folder", "loop", "pipe"),
    fc.uint8Array({ maxLength: 64 }),
    fc.constantFrom("{}", "[]", '\uFEFF{"a": 1}').map((text) => new TextEncoder().encode(text)),
    fc.record({ cut: fc.nat(700_000) }),
  ),
});

/** What is wrong with a folder. */
export const hostileFolder = fc.record({
  changes: fc.array(change, { maxLength: 2 }),
  replaced: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: replaced }),
  layout: fc.constantFrom("rlvr", "rlvr", "hugging-face"),
});

/** A folder to write. */
export type HostileFolder = typeof hostileFolder extends fc.Arbitrary<infer T> ? T : never;

/** Writes one folder after the other to the same place, which it returns; {@link remove} deletes it. */
export function folderWriter(): { readonly write: (folder: HostileFolder) => string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), "rlvr-hostile-folder-"));
  const path = join(root, "model");
  execFileSync("mkfifo", [join(root, "pipe")]);
  const tiny = new Map(JSON_FILES.map((name) => [name as string, readFileSync(join(TINY, name), "utf8")]));
  const weights = readFileSync(join(TINY, "model.safetensors"));
  writeFileSync(join(root, "weights"), weights);
  const write = ({ changes, replaced: other, layout }: HostileFolder): string => {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
    const graphs = layout === "rlvr" ? "graphs/step.onnx" : "onnx/model.onnx";
    mkdirSync(join(path, graphs, ".."));
    writeFileSync(join(path, graphs), "");
    for (const [name, text] of tiny) {
      const document = JSON.parse(text) as Json;
      for (const each of changes) if (each.file === name) put(document, each.at, each.value);
      if (name !== other?.name) writeFileSync(join(path, name), JSON.stringify(document));
    }
    if (other?.name !== "model.safetensors") linkSync(join(root, "weights"), join(path, "model.safetensors"));
    if (other !== undefined) replace(join(path, other.name), other.by, tiny.get(other.name) ?? weights);
    return path;
  };
  return { write, remove: () => rmSync(root, { recursive: true }) };
}

type Json = Record<string, unknown>;

/** Puts a value at a place of a document; undefined takes away what is there. */
function put(document: Json, at: number | string, what: unknown): void {
  const places: (readonly [owner: Json, key: string])[] = [];
  const visit = (owner: Json): void => {
    for (const [key, each] of Object.entries(owner)) {
      places.push([owner, key]);
      if (typeof each === "object" && each !== null) visit(each as Json);
    }
  };
  visit(document);
  const found = typeof at === "string" ? ([document, at] as const) : places[at % places.length];
  if (found === undefined) return;
  if (what === undefined) Reflect.deleteProperty(...found);
  else found[0][found[1]] = what;
}

function replace(path: string, by: NonNullable<HostileFolder["replaced"]>["by"], original: string | Buffer): void {
  rmSync(path, { recursive: true, force: true });
  if (by instanceof Uint8Array) writeFileSync(path, by);
  else if (typeof by === "object") writeFileSync(path, original.slice(0, by.cut % original.length));
  else if (by === "folder") mkdirSync(path);
  else if (by === "loop") symlinkSync(path, path);
  else if (by === "pipe") symlinkSync("../pipe", path);
}
