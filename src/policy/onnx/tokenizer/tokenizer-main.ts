import { exitWithParent } from "../../../core/process/exit-with-parent.ts";
import { createAnswerer } from "./tokenizer-answers.ts";
import type { TaskMessage } from "./tokenizer-tasks.ts";

/** Entry of a tokenizer's process, with its parent's process id as the argument: answers tasks one by one, in order. */

exitWithParent(Number(process.argv[2]));
const answer = createAnswerer();
process.on("message", (task: TaskMessage) => process.send?.(answer(task)));
