/** A pattern's source for the powers of ten of Chinese, Japanese and Korean behind a number; 千克 is a kilogram. */
export const EAST_ASIAN_MULTIPLIER = "[百千万萬亿億백천만억](?![克米瓦卡升分])";

/**
 * A pattern's source for what makes another number of the one in front, or denies it, in Chinese, Japanese and Korean:
 * 5分之1 is 1/5; 5到6, 5以上, 5多 and 5ではない are not 5.
 */
export const EAST_ASIAN_CHANGE = [
  "[兆조]|分之|分の|분의|[多余]",
  String.raw`(?:到|至|から|에서)\s?\d`,
  String.raw`\p{Lo}{0,2}(?:以上|以下|以内|以外|未満|未满|이상|이하|미만)`,
  String.raw`\p{Lo}{0,2}(?:では(?:な|あり)|じゃな|[이가]\s?아[니닙])`,
].join("|");
