import { describe, expect, it } from "vitest";
import { countSentences } from "../instructions/sentences.ts";
import { INSTRUCTIONS } from "../instructions/registry.ts";
import { judgeResponse } from "../pool/judge-response.ts";
import { instructions } from "./instructions.ts";

type Asked = readonly [id: string, kwargs?: Readonly<Record<string, unknown>> | null];

const OPTIONS = { score: "passed", accuracy: "strict" } as const;

interface Settings {
  readonly score?: "passed" | "fraction";
  readonly accuracy?: "strict" | "loose";
}

async function judge(asked: readonly Asked[], response: string, settings: Settings = {}) {
  const problem = { instruction_id_list: asked.map(([id]) => id), kwargs: asked.map(([, kwargs = {}]) => kwargs) };
  return judgeResponse(instructions, { ...OPTIONS, ...settings }, { problem, response, answer: "" }, 10_000);
}

async function follows(asked: Asked, response: string): Promise<boolean> {
  const judgement = await judge([asked], response);
  if (judgement.status !== "ok") throw new Error(judgement.error);
  return judgement.passed;
}

const WORDS: Asked = ["length_constraints:number_words", { num_words: 4, relation: "less than" }];
const NO_COMMA: Asked = ["punctuation:no_comma"];

describe("instructions", () => {
  it("passes what follows them all, and scores the share when asked", async () => {
    expect(await judge([WORDS, NO_COMMA], "Three small words")).toMatchObject({ passed: true, score: 1 });
    expect(await judge([WORDS, NO_COMMA], "Three, small words")).toMatchObject({ passed: false, score: 0 });
    const shared = await judge([WORDS, NO_COMMA], "Three, small words", { score: "fraction" });
    expect(shared).toMatchObject({
      passed: false,
      score: 0.5,
      details: { followed: [true, false], loose: [true, false] },
    });
  });

  it("finds nothing followed by an empty response", async () => {
    expect(await judge([NO_COMMA], " \n", { score: "fraction" })).toMatchObject({ passed: false, score: 0 });
  });

  const LOWERCASE: Asked = ["change_case:english_lowercase"];
  const BULLETS: Asked = ["detectable_format:number_bullet_lists", { num_bullets: 1 }];
  const text = "the cat sat on the mat and slept all day";

  it.each<[string, Asked, string, boolean]>([
    ["the whole", NO_COMMA, "No comma here", true],
    ["all but the first line", LOWERCASE, `Sure! Here it is:\n\n${text}`, true],
    ["all but the last line", LOWERCASE, `${text}\nI hope this helps!`, true],
    ["all but both", LOWERCASE, `Sure!\n${text}\nI hope this helps!`, true],
    ["what is left without asterisks", ["startend:quotation"], '**"Quoted."**', true],
    ["all but both, without asterisks", ["startend:quotation"], 'Sure!\n*"Quoted."*\nBye!', true],
    ["no other line than those", LOWERCASE, `Sure!\nHere:\n${text}`, false],
    ["nothing that is empty", NO_COMMA, "One, two", false],
    ["a bullet whose asterisk it would remove", BULLETS, "* one", true],
  ])("finds loosely followed %s", async (_, asked, response, loose) => {
    const judgement = await judge([asked], response, { accuracy: "loose" });
    expect(judgement).toMatchObject({ status: "ok", passed: loose, details: { loose: [loose] } });
    expect(await judge([asked], response)).toMatchObject({ details: { loose: [loose] } });
  });

  it("lets the loose accuracy decide only when asked, each instruction by itself", async () => {
    const asked = [LOWERCASE, ["startend:quotation"]] as const;
    const response = `"Sure,\n${text}\nbye"`;
    const share = { score: "fraction" } as const;
    expect(await judge(asked, response, share)).toMatchObject({
      score: 0.5,
      passed: false,
      details: { followed: [false, true], loose: [true, true] },
    });
    expect(await judge(asked, response, { ...share, accuracy: "loose" })).toMatchObject({ score: 1, passed: true });
  });

  it("takes arguments that are null for left out, as tables have them", async () => {
    expect(await follows(["punctuation:no_comma", { num_words: null, keywords: null }], "a b")).toBe(true);
    expect(await follows(["punctuation:no_comma", null], "a b")).toBe(true);
  });

  it.each<[string, unknown, unknown, string]>([
    ["an unknown id", ["punctuation:no_commas"], [{}], 'did you mean "punctuation:no_comma"?'],
    ["an id without its group", ["no_comma"], [{}], 'did you mean "punctuation:no_comma"?'],
    ["an unknown argument", ["punctuation:no_comma"], [{ commas: 1 }], 'unknown key "commas"'],
    ["a missing argument", [WORDS[0]], [{ num_words: 3 }], "relation"],
    ["a relation that is none", [WORDS[0]], [{ num_words: 3, relation: "at most" }], "at least"],
    ["a language that cannot be told", ["language:response_language"], [{ language: "la" }], "no language"],
    ["lists of different lengths", ["punctuation:no_comma"], [{}, {}], "list of 1 objects"],
    ["no list of ids", undefined, undefined, "instruction_id_list"],
  ])("refuses a problem with %s, before a run and when it judges", async (_, ids, kwargs, message) => {
    const problem = { problem: "Write.", instruction_id_list: ids, kwargs };
    expect(() => instructions.checkProblem?.(problem, OPTIONS)).toThrow(message);
    const item = { problem, response: "a", answer: "" };
    const judgement = await judgeResponse(instructions, OPTIONS, item, 1000);
    expect(judgement).toMatchObject({ status: "error", error: expect.stringContaining(message) as unknown });
  });
});

describe("the official set", () => {
  const codes = "en es pt ar hi fr ru de ja it bn uk th ur ta te bg ko pl he fa vi ne sw kn mr gu pa ml fi".split(" ");
  it.each(codes)("can be judged with the language %s", (language) => {
    const problem = { instruction_id_list: ["language:response_language"], kwargs: [{ language }] };
    expect(() => instructions.checkProblem?.(problem, OPTIONS)).not.toThrow();
  });

  it.each<[string, string, boolean]>([
    ["sw", "Habari ya asubuhi, leo tutazungumza kuhusu umuhimu wa elimu katika jamii yetu.", true],
    ["sw", "Ninapenda kusoma vitabu na kucheza mpira na marafiki zangu.", true],
    ["sw", "This morning we will talk about how much schools matter to our town.", false],
    ["sw", "Ce matin nous allons parler de l'importance de l'école dans notre ville.", false],
    ["sw", "12345 67890 12345", false],
    ["ne", "म विद्यालय जान्छु र साथीहरूसँग खेल्छु।", true],
    ["ne", "शिक्षा हाम्रो समाजको लागि महत्त्वपूर्ण छ।", true],
    ["ne", "भारत एक बड़ा देश है जिसमें बहुत सारी भाषाएँ बोली जाती हैं।", false],
    ["ne", "मी शाळेत जातो आणि मित्रांबरोबर खेळतो.", false],
    ["ne", "I go to school and play with my friends.", false],
  ])("tells %s: %s", async (language, response, expected) => {
    expect(await follows(["language:response_language", { language }], response)).toBe(expected);
  });
});

describe("single instructions", () => {
  it.each<[Asked, string, boolean]>([
    [["keywords:existence", { keywords: ["c++"] }], "I like C++.", true],
    [["keywords:forbidden_words", { forbidden_words: ["art"] }], "The party starts.", true],
    [["keywords:forbidden_words", { forbidden_words: ["art"] }], "It is Art.", false],
    [["keywords:forbidden_words", { forbidden_words: ["c++"] }], "c++11", false],
    [["keywords:letter_frequency", { letter: "#", let_frequency: 2, let_relation: "at least" }], "# #", true],
    [["change_case:english_lowercase"], "the cat sat on the mat and slept.", true],
    [["change_case:english_lowercase"], "The cat sat on the mat and slept.", false],
    [["change_case:english_lowercase"], "die katze sass auf der matte und schlief.", false],
    [["change_case:english_lowercase"], "123", false],
    [["change_case:capital_word_frequency", { capital_frequency: 3, capital_relation: "less than" }], "DON'T GO", true],
    [["detectable_format:number_bullet_lists", { num_bullets: 2 }], "* a\n- b\n---\n* \n**c**", true],
    [["detectable_format:json_format"], '```json\n{"a": 1}\n```', true],
    [["detectable_format:json_format"], '{"a": 1, "a": 2}', false],
    [["detectable_format:title"], "<<>>", false],
    [["detectable_format:title"], "<<a>>", true],
    [["detectable_content:postscript", { postscript_marker: "N.B." }], "Text.\nn.b. more", true],
    [["detectable_content:postscript", { postscript_marker: "N.B." }], "Text.\nnxbx more", false],
    [["length_constraints:number_words", { num_words: 2, relation: "less than" }], "हिन्दी", true],
    [
      ["length_constraints:nth_paragraph_first_word", { num_paragraphs: 2, nth_paragraph: 2, first_word: "Then" }],
      "First.\n\n\n\n“Then” it rained.",
      true,
    ],
  ])("%j: %j %j", async (asked, response, expected) => {
    expect(await follows(asked, response)).toBe(expected);
  });

  it.each<[string, number]>([
    ["", 0],
    ["a", 1],
    ["Dr. Miller met J. R. Smith at 5 p.m. on Friday. They talked.", 2],
    ["1. First. 2. Second.", 2],
    ["otters swim. they eat fish", 2],
    ["Wait... and so on. Why?! Yes!", 3],
    ["“It is late.” He left.", 2],
    ["今日は雨です。明日は晴れです。", 2],
    ["A title\nand a sentence.", 1],
  ])("counts the sentences of %j: %i", (text, expected) => {
    expect(countSentences(text)).toBe(expected);
  });
});

describe("hostile responses", () => {
  const kwargs: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    "keywords:existence": { keywords: ["aab"] },
    "keywords:frequency": { keyword: "aab", frequency: 3, relation: "at least" },
    "keywords:forbidden_words": { forbidden_words: ["a a", "aaaa"] },
    "keywords:letter_frequency": { letter: "a", let_frequency: 3, let_relation: "at least" },
    "language:response_language": { language: "de" },
    "length_constraints:number_sentences": { num_sentences: 3, relation: "at least" },
    "length_constraints:number_paragraphs": { num_paragraphs: 3 },
    "length_constraints:number_words": { num_words: 3, relation: "at least" },
    "length_constraints:nth_paragraph_first_word": { num_paragraphs: 3, nth_paragraph: 1, first_word: "a" },
    "detectable_content:number_placeholders": { num_placeholders: 3 },
    "detectable_content:postscript": { postscript_marker: "P.S." },
    "detectable_format:number_bullet_lists": { num_bullets: 3 },
    "detectable_format:number_highlighted_sections": { num_highlights: 3 },
    "detectable_format:multiple_sections": { section_spliter: "Section", num_sections: 3 },
    "combination:repeat_prompt": { prompt_to_repeat: "a" },
    "startend:end_checker": { end_phrase: "a" },
    "change_case:capital_word_frequency": { capital_frequency: 3, capital_relation: "at least" },
  };

  it.each([
    "a",
    "a. ",
    "1. ",
    "(",
    "<<",
    "[",
    "\n",
    "- \n",
    "*",
    "* ",
    "***",
    '"',
    ",",
    "p.s",
    "A.",
    "a b!",
    "Section 1",
  ])("of %j without end are judged by every instruction in time that grows with their length", async (part) => {
    for (const id of INSTRUCTIONS.keys()) {
      // Judged inside of the deadline, or this throws.
      await follows([id, kwargs[id] ?? {}], part.repeat(Math.floor(200_000 / part.length)));
      expect(await follows([id, kwargs[id] ?? {}], part.repeat(Math.ceil(10_000_000 / part.length)))).toBe(false);
    }
  });
});
