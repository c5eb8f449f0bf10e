import { z } from "zod";

/** An instruction whose following can be checked by a program, and the arguments that it takes (IFEval's `kwargs`). */
export interface Instruction<Arguments = unknown> {
  readonly kwargs: z.ZodType<Arguments>;
  /** Whether a response follows it, in time that grows with the response's length alone. */
  follows(response: string, kwargs: Arguments): boolean | Promise<boolean>;
}

/** Declares an instruction; the types of its arguments come from their schema. */
export function instruction<Shape extends z.core.$ZodLooseShape>(
  kwargs: Shape,
  follows: Instruction<z.output<z.ZodObject<Shape>>>["follows"],
): Instruction {
  return { kwargs: z.strictObject(kwargs), follows } as Instruction;
}

/** How often something has to be there. */
export const count = z.int().nonnegative();

/** How a number is compared with the one that is asked for. */
export const relation = z.enum(["less than", "at least"]);

/** A text that is looked for, without the white space around it. */
export const phrase = z.string().trim().min(1).max(2000);

/** Whether a number is as asked. */
export function isWithin(found: number, how: z.output<typeof relation>, asked: number): boolean {
  return how === "less than" ? found < asked : found >= asked;
}
