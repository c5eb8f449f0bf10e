import { z } from "zod";

/**
 * Sizes that a model's config.json may give, with the most that any model in use comes near. Memory is laid out by them, so a
 * size beyond them is refused rather than tried.
 */

const size = (most: number) => z.int().positive().max(most);

/** Tokens of a vocabulary. */
export const vocabularySize = size(2 ** 22);
/** Tokens of a context. */
export const contextLength = size(2 ** 24);
/** Channels of a token. */
export const hiddenSize = size(2 ** 17);
/** Layers of a model. */
export const layerCount = size(2 ** 10);
/** Heads of attention. */
export const headCount = size(2 ** 12);

/** Most values of all parameters: 2 GiB of them, beyond which no file can be read whole. */
const MOST_VALUES = 2 ** 29;

/** Name and shape of every parameter, in the order in which they lie in the flat vector. */
export const parameterShapes = z
  .array(z.tuple([z.string().max(256), z.array(size(MOST_VALUES)).max(8)]))
  .min(1)
  .max(2 ** 16)
  .refine((parameters) => new Set(parameters.map(([name]) => name)).size === parameters.length, {
    error: "names a parameter twice",
  })
  .refine((parameters) => valueCount(parameters) <= MOST_VALUES, {
    error: `holds more than ${MOST_VALUES} values`,
  });

/** Most bytes of a file of weights besides the weights: its header. */
const MOST_HEADER = 16 * 1024 * 1024;

/** Values of a shape. */
export function shapeSize(shape: readonly number[]): number {
  return shape.reduce((product, each) => product * each, 1);
}

/** Values of all parameters together. */
export function valueCount(parameters: readonly (readonly [name: string, shape: readonly number[]])[]): number {
  return parameters.reduce((sum, [, shape]) => sum + shapeSize(shape), 0);
}

/** Most bytes of a file that holds these parameters as float32. */
export function mostWeightBytes(parameters: Parameters<typeof valueCount>[0]): number {
  return MOST_HEADER + Float32Array.BYTES_PER_ELEMENT * valueCount(parameters);
}
