import { z } from "zod";

/** How thinking is separated from the answer: by the markers that models use, by the user's own, or not at all. */
export const thinkingSchema = z.union(
  [
    z.enum(["auto", "none"]),
    z.strictObject({
      open: z.string().min(1).describe("The text that thinking begins with, such as <reasoning>."),
      close: z.string().min(1).describe("The text that it ends with, such as </reasoning>."),
    }),
  ],
  { error: "is auto, none, or the markers that you use: { open: <reason>, close: </reason> }" },
);

/** A checked setting of {@link thinkingSchema}. */
export type ThinkingSetting = z.output<typeof thinkingSchema>;

/** Sources of patterns for where thinking begins and ends, in any case. Every repetition in them is bounded. */
interface Markers {
  readonly open: string;
  readonly close: string;
}

const tag = (name: string): Markers => ({ open: `<${name}>`, close: `</${name}>` });

/** The markers of the chat templates that models are trained with. */
const KNOWN: readonly Markers[] = [
  tag("think"), // DeepSeek-R1, Qwen3, GLM, Hunyuan, Nemotron and most others
  tag("thinking"),
  tag("thought"), // EXAONE Deep
  tag("seed:think"), // Seed-OSS
  { open: String.raw`\[THINK\]`, close: String.raw`\[/THINK\]` }, // Magistral
  { open: "◁think▷", close: "◁/think▷" }, // Kimi
  // Command A
  {
    open: String.raw`<\|START_THINKING\|>`,
    close: String.raw`<\|END_THINKING\|>(?:\s{0,9}<\|START_RESPONSE\|>)?`,
  },
  // Sky-T1, OpenThinker
  {
    open: String.raw`<\|begin_of_thought\|>`,
    close: String.raw`<\|end_of_thought\|>(?:\s{0,9}<\|begin_of_solution\|>)?`,
  },
  // gpt-oss: every channel but the final one is thinking, and a call of a tool is no answer.
  {
    open: String.raw`<\|channel\|>`,
    close: String.raw`<\|channel\|>final\b[^<]{0,50}(?:<\|constrain\|>[^<]{0,50})?<\|message\|>`,
  },
  // gpt-oss where the server leaves special tokens out of the text, as vLLM does by default.
  { open: String.raw`^\s{0,9}analysis[a-z\u00c0-\u1fff\u3040-\ud7ff]`, close: "assistantfinal" },
];

/** What closes an answer: the markers above, and the tokens with which a turn ends, where a server leaves them in the text. */
const END =
  /(?:\s{0,9}(?:<\|(?:return|end|END_RESPONSE|end_of_solution|im_end|endoftext|end_of_text|eot_id|eom_id|eot|END_OF_TURN_TOKEN)\|>|<\/s>|<eos>|<end_of_turn>|<｜end▁of▁sentence｜>)){1,5}\s*$/;

/** The tokens that end a turn stand in so many characters. */
const MAX_END = 300;

function withoutEnd(text: string): string {
  const from = Math.max(0, text.length - MAX_END);
  return text.slice(0, from) + text.slice(from).replace(END, "");
}

/** Patterns for any of several markers. */
interface Patterns {
  readonly open: RegExp;
  readonly close: RegExp;
}

function patternsOf(markers: readonly Markers[]): Patterns {
  return {
    open: new RegExp(markers.map(({ open }) => open).join("|"), "i"),
    close: new RegExp(markers.map(({ close }) => close).join("|"), "gi"),
  };
}

const AUTO = patternsOf(KNOWN);

/** What every marker of `auto` begins with or is: a text without any of it is all answer. */
const MAY_THINK = /[<◁]|\[\/?think\]|^\s{0,9}analysis|assistantfinal/i;

function patternsFor(setting: Exclude<ThinkingSetting, "none">): Patterns {
  if (setting === "auto") return AUTO;
  return patternsOf([{ open: escaped(setting.open), close: escaped(setting.close) }]);
}

/** A pattern that matches a text and nothing else. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

/**
 * The answer part of a completion: what follows the last marker that closes thinking, without white space in front of
 * it. The marker that opens it may be missing: chat templates often put it into the prompt. Null where thinking is opened
 * and not closed: there is no answer, and what was said before it is not one either. Without thinking: all of it. Tokens that
 * end the turn are no part of it.
 */
export function answerPartOf(completion: string, setting: ThinkingSetting): string | null {
  if (setting === "none") return completion;
  if (setting === "auto" && !MAY_THINK.test(completion)) return completion;
  const { open, close } = patternsFor(setting);
  let start = 0;
  for (const match of completion.matchAll(close)) start = match.index + match[0].length;
  const rest = completion.slice(start);
  if (open.test(rest)) return null;
  return withoutEnd(start === 0 ? rest : rest.trimStart());
}
