/** Only the end of a longer response is searched for its answer: what a response concludes stands there. */
export const MAX_SEARCHED = 20_000;

/** A longer answer is not read. */
export const MAX_ANSWER_LENGTH = 2_000;

/** An answer of more tokens is not read. */
export const MAX_TOKENS = 600;

/** An answer nested deeper is not read. */
export const MAX_DEPTH = 40;

/** Fractions that take more bits are not worked out: about 1,200 digits, of which a product takes microseconds. */
export const MAX_EXACT_BITS = 4096;

/** Factorials of larger numbers are not multiplied out, nor are binomials of more factors: that of 500 takes about 3,800 bits. */
export const MAX_FACTORIAL = 500;

/** An answer given more often is not read as one, and a ± does not stand for more. */
export const MAX_ALTERNATIVES = 64;

/** Sets that take more comparisons than this, of items not written alike, are compared in the order given only. */
export const MAX_COMPARISONS = 800;

/** A canonical text is kept up to this length. */
export const MAX_TEXT_LENGTH = 1000;

/** A sum or product of more terms is not worked out. */
export const MAX_TERMS = 1000;

/** The same for one that depends on variables, which is worked out at many points, and for one within another. */
export const MAX_SAMPLED_TERMS = 60;

/** An answer with more sums and products is not read. */
export const MAX_SERIES = 6;
