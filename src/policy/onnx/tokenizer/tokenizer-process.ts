import { fork, type ChildProcess } from "node:child_process";
import type { Conversation } from "../../../core/chat.ts";
import { RlvrError } from "../../../core/errors.ts";
import { modulePath } from "../../../core/package-files.ts";
import { revivedError } from "../../../core/texts/plain-error.ts";
import type { ChatEncoding, TaskAnswer, TaskMessage, TaskName, TokenizerTasks } from "./tokenizer-tasks.ts";

/** What a tokenizer may take. */
export interface TokenizerLimits {
  /** Milliseconds to read its files. */
  readonly loadMs: number;
  /** Milliseconds for a task, however small. */
  readonly taskMs: number;
  /** MiB of memory. */
  readonly memoryMb: number;
}

/** Files of 40 MB load in 3 s on a machine with nothing else to do, and take 500 MiB. */
const LIMITS: TokenizerLimits = { loadMs: 60_000, taskMs: 5000, memoryMb: 1024 };
/** Milliseconds besides for each character or token: 500,000 characters encode in 1 s with nothing else to do. */
const MS_EACH = 0.02;

const WHAT: Record<TaskName, string> = {
  load: "load",
  encode: "encode a text",
  encodeChat: "render and encode messages by its chat template",
  decodeAll: "decode tokens",
  tokenTexts: "decode tokens",
  specialTexts: "decode special tokens",
  vocabulary: "list its tokens",
};

interface Task extends TaskMessage {
  readonly limitMs: number;
  readonly resolve: (value: never) => void;
  readonly reject: (error: RlvrError) => void;
}

/**
 * The tokenizer of a policy's directory in a process of its own. A chat template may loop, a regular expression backtrack,
 * a text double until memory is full: a task that takes too long or too much ends the process, and is refused. Tasks of its
 * kind that waited behind it are refused with it, so that nobody waits for one such after the other; the others go on in a
 * new process. A process, because a thread takes this one along when a single string does not fit into its memory.
 *
 * Every method throws what reading the files throws (`missing_file`, `bad_checkpoint`), and `bad_checkpoint` when the
 * tokenizer takes too much.
 */
export class TokenizerProcess {
  readonly #directory: string;
  readonly #limits: TokenizerLimits;
  /** In the order in which they are answered; the first is being worked on. */
  #tasks: Task[] = [];
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** Starts the process, which does not keep this one alive. */
  constructor(directory: string, limits: TokenizerLimits = LIMITS) {
    this.#directory = directory;
    this.#limits = limits;
    this.#start();
  }

  /** Ids of a text. @throws RlvrError `unsupported_character`. */
  encode(text: string, addSpecialTokens = false): Promise<number[]> {
    return this.#ask("encode", text.length, text, addSpecialTokens);
  }

  /** Ids of a conversation. @throws RlvrError `unsupported_character`; `bad_request` when the template refuses it. */
  encodeChat(conversation: Conversation, options: ChatEncoding): Promise<number[]> {
    return this.#ask("encodeChat", JSON.stringify(conversation).length, conversation, options);
  }

  /** The text of each list of ids, by default without special tokens. */
  async decodeAll(lists: readonly (readonly number[])[], skipSpecialTokens = true): Promise<readonly string[]> {
    const size = lists.reduce((sum, ids) => sum + ids.length, 0);
    return size === 0 ? lists.map(() => "") : this.#ask("decodeAll", size, lists, skipSpecialTokens);
  }

  /** What each token of a completion adds to its text. */
  tokenTexts(ids: readonly number[]): Promise<readonly string[]> {
    // Each is decoded with a few before it, and once more.
    return this.#ask("tokenTexts", 20 * ids.length, ids);
  }

  /** The texts of those of the ids that are special tokens, null for the others. */
  specialTexts(ids: readonly number[]): Promise<readonly (string | null)[]> {
    return this.#ask("specialTexts", ids.length, ids);
  }

  /** The vocabulary's own strings for ids from 0 on. */
  vocabulary(size: number): Promise<readonly string[]> {
    return this.#ask("vocabulary", size, size);
  }

  /** Ends the process; what was asked of it is refused. */
  close(): void {
    this.#isClosed = true;
    this.#drop();
    this.#refuse(() => true, closed());
  }

  #ask<N extends TaskName>(
    name: N,
    size: number,
    ...args: Parameters<TokenizerTasks[N]>
  ): Promise<ReturnType<TokenizerTasks[N]>> {
    if (this.#isClosed) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      const task = { name, args, limitMs: this.#limits.taskMs + MS_EACH * size, resolve, reject };
      if (this.#child === undefined) this.#start();
      this.#tasks.push(task);
      this.#send(task);
      this.#watch();
    });
  }

  /** Starts a process, which loads the tokenizer and then does what is left to do. */
  #start(): void {
    const child = fork(modulePath("src/policy/onnx/tokenizer/tokenizer-main"), [String(process.pid)], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      execArgv: [`--max-old-space-size=${this.#limits.memoryMb}`],
    });
    child.unref();
    child.channel?.unref();
    child.on("message", (answer: TaskAnswer) => this.#answered(answer));
    child.on("error", (error) => this.#failed(`cannot be started: ${error.message}`));
    child.on("exit", (code, signal) => this.#failed(endOf(code, signal, this.#limits.memoryMb)));
    this.#child = child;
    const load = { name: "load", args: [this.#directory], limitMs: this.#limits.loadMs } as const;
    this.#tasks.unshift({ ...load, resolve: () => undefined, reject: () => undefined });
    for (const task of this.#tasks) this.#send(task);
    this.#watch();
  }

  #send({ name, args }: Task): void {
    // That the process is gone is told by its end.
    this.#child?.send({ name, args } satisfies TaskMessage, () => undefined);
  }

  #answered(answer: TaskAnswer): void {
    const task = this.#tasks.shift();
    this.#stopWatch();
    this.#watch();
    if (task === undefined) return;
    if ("value" in answer) return task.resolve(answer.value as never);
    const error = revivedError(answer.error);
    task.reject(error);
    if (task.name !== "load") return;
    this.#drop();
    this.#refuse(() => true, error);
  }

  /** Gives the first task its time. */
  #watch(): void {
    const [first] = this.#tasks;
    if (first === undefined) return;
    this.#timer ??= setTimeout(() => {
      // An answer that came while this thread was busy is still taken.
      setImmediate(() => {
        if (this.#tasks[0] === first) this.#failed(`it takes more than ${Math.ceil(first.limitMs / 1000)} s`);
      });
    }, first.limitMs);
  }

  #stopWatch(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Ends the process for the sake of its first task, or after it died of it. */
  #failed(why: string): void {
    this.#drop();
    const [first] = this.#tasks;
    if (first === undefined) return;
    const error = new RlvrError(
      "bad_checkpoint",
      `the tokenizer of ${this.#directory} cannot ${WHAT[first.name]}: ${why}`,
      {
        advice:
          "Look for loops in its chat template, and for regular expressions that backtrack in its tokenizer.json; " +
          "take both from where the model was made.",
      },
    );
    this.#refuse(({ name }) => first.name === "load" || name === first.name, error);
    if (this.#tasks.length > 0) this.#start();
  }

  /** Ends the process and forgets it. */
  #drop(): void {
    this.#stopWatch();
    this.#child
      ?.removeAllListeners()
      .on("error", () => undefined)
      .kill("SIGKILL");
    this.#child = undefined;
  }

  #refuse(isMeant: (task: Task) => boolean, error: RlvrError): void {
    const meant = this.#tasks.filter(isMeant);
    this.#tasks = this.#tasks.filter((task) => !isMeant(task));
    for (const { reject } of meant) reject(error);
  }
}

function endOf(code: number | null, signal: NodeJS.Signals | null, memoryMb: number): string {
  // V8 aborts when its memory is full.
  if (signal === "SIGABRT" || code === 134) return `it takes more than ${memoryMb} MiB of memory`;
  return `its process ended (${signal ?? `code ${code}`})`;
}

function closed(): RlvrError {
  return new RlvrError("policy_failed", "the tokenizer was closed", {
    advice: "Start the server again.",
    retryable: true,
  });
}
