import { createInterface } from "node:readline";
import { Command, InvalidArgumentError } from "commander";
import type { ChatMessage } from "../../core/chat.ts";
import { RlvrError } from "../../core/errors.ts";
import { readRunVersion, type RunVersion } from "../../core/run-version.ts";
import { sourcesOf } from "../../config/recipe-sources.ts";
import type { PromptTemplate } from "../../problems/template/prompt-template.ts";
import { Conversation, type ChatSampling, type Partner } from "../../run/chat/conversation.ts";
import { stopSettings } from "../../run/dispatcher/stop-settings.ts";
import { ofSource, templatesOfRun } from "../../run/run-sources.ts";
import { openVersion, type OpenedVersion } from "../../run/versions/open-version.ts";
import { serveVersions } from "../../run/versions/serve-versions.ts";
import { openCurrentDatabaseReadOnly } from "../../tracking/database.ts";
import { chatByLines } from "../chat/chat-lines.ts";
import { chatAtTerminal } from "../chat/chat-terminal.ts";
import { databaseOption, jsonOption, wholeNumber } from "../common-options.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { showProgress } from "../progress-line.ts";
import { userPath } from "../user-path.ts";

interface Options {
  readonly against?: RunVersion | "base";
  readonly system?: string;
  readonly template: boolean;
  readonly source?: string;
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
  readonly seed: number;
  readonly db: string;
  readonly json: boolean;
}

/** `rlvr chat RUN [QUESTION]`: a conversation with a run's weights. */
export function chatCommand(): Command {
  return new Command("chat")
    .description("talk to a version of a run, and to another beside it")
    .argument("<run>", "a version of a run: RUN, RUN:STEP or RUN:best", readRunVersion)
    .argument(
      "[question]",
      "one question to be answered; left out, those that you type, or the lines of standard input",
    )
    .option("--against <version>", "answer beside it: base, or another RUN, RUN:STEP or RUN:best", otherVersion)
    .option("--system <text>", "a system prompt")
    .option("--template", "ask each question as a problem of its own, in the run's prompt template", false)
    .option("--source <name>", "with --template, of a run of several sources: the source whose template it is")
    .option("--temperature <t>", "0 takes the most likely token each time; runs sample at 1", atLeastZero, 0)
    .option("--top-p <p>", "sample from the most likely tokens of this share", share, 1)
    .option("--max-tokens <n>", "most tokens of an answer", wholeNumber(1), 512)
    .option("--seed <n>", "seed of the first answer, where the temperature is above 0", wholeNumber(0), 1)
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
The weights are served as the run serves them: by rlvr's own server, by a vLLM that is started (a minute), or by the
servers at its policy.url. While you type: /reset begins anew, /system TEXT sets the system prompt, /quit ends; Ctrl-C
ends an answer, and then the chat. Lines of standard input are one conversation, unless --template makes each a problem
of its own or a line is /reset.

Examples:
  rlvr chat 3                                 its newest version
  rlvr chat 3:best --against base             its best version and what it began from, side by side
  rlvr chat 3:120 --against 4 "Why is the sky blue?"
  rlvr chat 1 --template "3*<52643"           a problem of the default recipe, as the run asks it
  rlvr chat 1 --template < problems.txt       a problem a line
  rlvr chat 3 --json < questions.txt          a line a question, answers as JSON Lines`,
    )
    .action(runChat);
}

async function runChat(named: RunVersion, question: string | undefined, options: Options): Promise<void> {
  if (options.source !== undefined && !options.template)
    throw new RlvrError("bad_usage", "--source names the template of a source, and --template is missing", {
      advice: "Add --template, or leave out --source.",
    });
  const versions = openVersions(named, options);
  const template = templateOf(versions, options);
  const interrupt = listenForInterrupt(() => undefined);
  const { signal } = interrupt;
  try {
    const served = await serveVisibly(versions, signal);
    try {
      const { chatTemplateKwargs } = template;
      const partners = versions.map(({ name }, place): Partner => {
        return { name, chatTemplateKwargs, policy: served.policies[place] as Partner["policy"] };
      });
      const conversation = new Conversation(partners, samplingOf(options, versions), options.system);
      const messagesOf = (text: string): readonly ChatMessage[] => {
        if (!options.template) return [{ role: "user", content: text }];
        // A problem is asked alone, as in the run.
        conversation.reset();
        return template.render({ problem: text });
      };
      const isAtTerminal = question === undefined && !options.json && process.stdin.isTTY && process.stdout.isTTY;
      if (isAtTerminal) {
        interrupt.release();
        await chatAtTerminal(conversation, {
          input: process.stdin,
          output: process.stdout,
          partners,
          messagesOf,
          signal,
        });
      } else {
        const lines = question === undefined ? createInterface({ input: process.stdin }) : [question];
        await chatByLines(conversation, { lines, json: options.json, messagesOf, signal });
      }
    } finally {
      await served.close();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new RlvrError("interrupted", "the chat was interrupted", { advice: "Nothing of it was kept.", cause: error });
  } finally {
    interrupt.release();
  }
}

/** The version that was named, and the other one. */
function openVersions(named: RunVersion, { against, db: file }: Options): OpenedVersion[] {
  const databasePath = userPath(file);
  const db = openCurrentDatabaseReadOnly(databasePath);
  try {
    const other = against === "base" ? { runId: named.runId, at: 0 } : against;
    return [named, ...(other === undefined ? [] : [other])].map((each) => openVersion(db, databasePath, each));
  } finally {
    db.$client.close();
  }
}

/** Serves the versions, and shows that this takes a while. */
async function serveVisibly(versions: readonly OpenedVersion[], signal: AbortSignal) {
  const isVllm = versions.some(({ recipe }) => recipe.policy.vllm !== undefined);
  const what = isVllm ? "starting vLLM, which takes a minute" : "starting the policy server";
  const hide = showProgress(what, () => ({ share: 0, numbers: "" }));
  try {
    return await serveVersions(versions, signal);
  } finally {
    hide();
  }
}

/** How the run that was named first asks its problems: those of one source, where it has several. */
function templateOf([first]: readonly OpenedVersion[], { template, source }: Options): PromptTemplate {
  const { run, recipe } = first as OpenedVersion;
  const names = sourcesOf(recipe).map(({ name }) => name);
  const [only, ...others] = names;
  const chosen = source ?? only ?? null;
  const list = names.join(", ");
  if (source !== undefined && !names.includes(source))
    throw new RlvrError("unknown_name", `run ${run.id} has no source "${source}"`, {
      advice: only === null ? "Leave out --source: it has one prompt for all problems." : `It has: ${list}.`,
    });
  if (template && source === undefined && others.length > 0)
    throw new RlvrError("bad_usage", `run ${run.id} has several sources, each with its prompt template`, {
      advice: `Add --source NAME, one of: ${list}.`,
    });
  return ofSource(templatesOfRun(run, recipe), chosen);
}

function samplingOf({ temperature, topP, maxTokens, seed }: Options, [first]: readonly OpenedVersion[]): ChatSampling {
  const { sampling } = (first as OpenedVersion).recipe;
  return { temperature, topP, topK: sampling.top_k, maxTokens, seed, ...stopSettings(sampling) };
}

function otherVersion(text: string): RunVersion | "base" {
  return text === "base" ? text : readRunVersion(text);
}

function atLeastZero(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("a number from 0 is wanted");
}

function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError("a number above 0 and at most 1 is wanted");
}
