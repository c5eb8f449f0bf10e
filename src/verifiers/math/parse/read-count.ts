import type { Spelt } from "./number-words.ts";

const SCRIPT = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+/uy;

/** Multipliers of Chinese and Japanese behind a number. */
const MULTIPLIERS: Readonly<Record<string, string>> = { 万: "10000", 萬: "10000", 亿: "100000000", 億: "100000000" };

/** Units of measurement by the names that they have in English. */
const UNITS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    米: "m",
    厘米: "cm",
    毫米: "mm",
    分米: "dm",
    千米: "km",
    公里: "km",
    克: "g",
    千克: "kg",
    公斤: "kg",
    吨: "tonne",
    升: "L",
    毫升: "mL",
    平方米: "m^2",
    平方厘米: "cm^2",
    平方千米: "km^2",
    立方米: "m^3",
    立方厘米: "cm^3",
    小时: "hour",
    时间: "hour",
    時間: "hour",
    分钟: "minute",
    秒: "second",
    秒钟: "second",
    度: "degree",
  }),
);

/** What is only counted. */
const COUNTED: ReadonlySet<string> = new Set(
  (
    "个 個 元 块 角 分 人 名 位 只 隻 头 匹 条 本 册 件 天 日 月 个月 年 岁 歳 周 星期 次 种 種 类 张 辆 棵 支 枝 页 题 道 组 双 套 排 " +
    "层 份 袋 箱 瓶 杯 根 颗 座 间 台 架 艘 步 圈 円 枚 冊 回 개 명 원 권 장 마리 살 번 가지 시간"
  ).split(" "),
);

/** A counter with the noun that it counts, where no character says more or less of the number: 本书, but not 个半. */
const COUNTER_AND_NOUN =
  /^[个個名本道位只条支件张頭头棵匹枚][^或多左右以之半余餘不到至和上下零〇一二三四五六七八九十百千万亿倍]{1,4}$/u;

/** Reads the multiplier and unit that stand behind a number at a place of a text: 万元; null when it is anything else. */
export function readCount(text: string, at: number): Spelt | null {
  SCRIPT.lastIndex = at;
  const [run] = SCRIPT.exec(text) ?? [];
  if (run === undefined) return null;
  const multiplier = MULTIPLIERS[run[0] ?? ""];
  const unit = multiplier === undefined ? run : run.slice(1);
  if (unit !== "" && !UNITS.has(unit) && !COUNTED.has(unit) && !COUNTER_AND_NOUN.test(unit)) return null;
  const factor: Spelt["tokens"] =
    multiplier === undefined
      ? []
      : [
          ["operator", "*"],
          ["number", multiplier],
        ];
  return { tokens: [...factor, ...unitTokens(unit)], end: at + run.length };
}

function unitTokens(unit: string): Spelt["tokens"] {
  if (unit === "") return [];
  const [name = unit, power] = (UNITS.get(unit) ?? unit).split("^");
  return [
    ["word", name],
    ...(power === undefined
      ? []
      : ([
          ["script", "^"],
          ["number", power],
        ] as const)),
  ];
}
