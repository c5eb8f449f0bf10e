import { candidates, type Field, type Mapping } from "./map-record.ts";

/** Names of file formats of other tools, for `rlvr problems import --from`. */
export type FormatName = keyof typeof FORMATS;

/** Where other tools' files have the parts of a problem. */
interface Format extends Pick<Mapping, "messages" | "arm" | "hints" | "unwrap" | "emptyAnswers"> {
  readonly problem: Field;
  readonly answer: Field;
  /** A short description for --help. */
  readonly about: string;
}

/**
 * The columns of data sets that other tools train on. All others stay fields of the problem, and so do those of answers
 * and arms: reward functions that were written for such files look for them by their own names.
 */
export const FORMATS = {
  /** huggingface.co/docs/trl, dataset formats: `prompt`, and columns that reward functions take by name. */
  trl: {
    about: "prompt (text or conversation), answer or solution",
    problem: ["prompt"],
    // Where both are there, the solution is worked out.
    answer: ["answer", "solution", "ground_truth"],
  },
  /** verl.readthedocs.io, "Prepare data for post-training". */
  verl: {
    about: "prompt (conversation), reward_model.ground_truth, data_source as the arm",
    problem: ["prompt"],
    answer: ["reward_model.ground_truth"],
    arm: ["data_source"],
    unwrap: true,
  },
  /** allenai/RLVR-GSM and its kin: `dataset` names the verifier. Later ones hold both as lists, of one entry mostly. */
  "open-instruct": {
    about: "messages (conversation) or prompt, ground_truth, dataset as the arm",
    problem: ["messages", "prompt"],
    answer: ["ground_truth"],
    arm: ["dataset"],
    unwrap: true,
  },
  /** github.com/JIA-Lab-research/Scaf-GRPO (arXiv 2510.19807): verl's columns with the parts of the hints beside them. */
  "scaf-grpo": {
    about: "question, reward_model.ground_truth, data_source as the arm, hints from *_parts",
    problem: ["question", "extra_info.question", "prompt"],
    messages: ["prompt", "question", "extra_info.question"],
    answer: ["reward_model.ground_truth"],
    arm: ["data_source"],
    hints: {
      knowledge: "knowledge_components_parts",
      planning: "planning_skeleton_parts",
      solution: "solution_breakdown_parts",
    },
    unwrap: true,
  },
  /** github.com/open-thought/reasoning-gym: entries of its data sets. */
  "reasoning-gym": {
    about: "question, answer, metadata.source_dataset as the arm",
    problem: ["question"],
    answer: ["answer"],
    arm: ["metadata.source_dataset"],
    // Some data sets have no reference answer: their scorers go by the metadata alone.
    emptyAnswers: true,
  },
} as const satisfies Readonly<Record<string, Format>>;

/** Columns that a user may name in place of a format's. */
type Own = {
  readonly [Part in Exclude<keyof Mapping, "hints" | "unwrap" | "emptyAnswers">]?: Mapping[Part] | undefined;
};

/** Where a problem stands that is not said to stand anywhere: in its field, or else in the conversation. */
function problemOf({ messages = [] }: Own): Field {
  return ["problem", ...candidates(messages)];
}

/** How to import a file: by the columns of the named format, with the user's own names in place of some. */
export function mappingFrom(named: FormatName | undefined, own: Own): Mapping {
  const { about: _, ...parts }: Format =
    named === undefined ? { about: "", problem: problemOf(own), answer: "answer" } : FORMATS[named];
  const given = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...parts, ...Object.fromEntries(given) };
}
