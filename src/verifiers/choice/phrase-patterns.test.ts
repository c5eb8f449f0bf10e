import { describe, expect, it } from "vitest";
import { choicesOf } from "./choices.ts";
import { readChoice } from "./read-choice.ts";

/** The letters that are read, joined; "" for none. */
function read(response: string): string {
  const letters = readChoice(response, choicesOf({}, "J"), { isStrict: false, correction: "last" });
  return [...letters].sort().join("");
}

describe("a choice in Chinese", () => {
  it.each([
    ["答案是B。", "B"],
    ["B。不是A", "B"],
    ["正确答案是B", "B"],
    ["因此选B", "B"],
    ["故选 B。", "B"],
    ["答案：B", "B"],
    ["答案为（B）", "B"],
    ["所以答案应该是 A。", "A"],
    ["正确选项是C", "C"],
    ["选项B是正确的", "B"],
    ["A、C、D都错,选B", "B"],
    ["答案是A还是B?", ""],
    ["答案是A或B", "AB"],
    ["答案不是B", ""],
    ["如果答案是A,那么1=2。所以答案是B。", "B"],
    ["B不对", ""],
    ["答案选D", "D"],
    ["排除A和C,剩下B。", "B"],
    ["我认为答案是B,而不是A。", "B"],
    ["答案是A和B", "AB"],
    ["B错误。", ""],
    ["不选B", ""],
    ["综上所述，答案选A。", "A"],
    ["本题选C", "C"],
    ["所以正确答案为 D", "D"],
    ["应该选择B选项", "B"],
    ["答案:**C**", "C"],
    ["**答案：** B", "B"],
    ["答案是：B", "B"],
    ["答案为B，因为A太小。", "B"],
    ["选项A正确,选项B错误。", "A"],
    ["答案是(B)，不是(A)", "B"],
    ["我选 A", "A"],
    ["答案不是A，而是B。", "B"],
    ["A不正确，B正确", "B"],
    ["答案并非B", ""],
    ["是否选B？", ""],
    ["没有正确答案", ""],
    ["题目问B是不是对的", ""],
    ["点A在圆上,B在圆外", ""],
    ["答案可能是A，也可能是B", "AB"],
    ["B和C都正确", "BC"],
    ["不能选B", ""],
  ])("%j is %j", (response, letters) => {
    expect(read(response)).toBe(letters);
  });
});

describe("a choice in Japanese", () => {
  it.each([
    ["答えはBです。", "B"],
    ["正解は（C）です", "C"],
    ["正解：B", "B"],
    ["答えはAではありません", ""],
    ["答えはAではなくBです", "B"],
    ["Bが正解です。", "B"],
    ["答えはAです", "A"],
    ["もし答えがAなら矛盾する。答えはBです。", "B"],
    ["正しい選択肢はDです。", "D"],
    ["答えはAかBです", "AB"],
    ["Aは間違いです。", ""],
    ["したがって、答えは B です。", "B"],
    ["答え：（D）", "D"],
    ["正解はBだと思います。", "B"],
    ["答えはBではない。", ""],
    ["選択肢Cが正しい", "C"],
    ["Aではありません。Bです。", "B"],
    ["解答：A", "A"],
    ["答えはAまたはBです。", "AB"],
    ["Bは正しくない", ""],
  ])("%j is %j", (response, letters) => {
    expect(read(response)).toBe(letters);
  });
});

describe("a choice in Korean", () => {
  it.each([
    ["정답은 (D) 입니다", "D"],
    ["정답: B", "B"],
    ["답은 B입니다.", "B"],
    ["따라서 정답은 C이다", "C"],
    ["정답은 A가 아닙니다", ""],
    ["정답은 A가 아니라 B입니다", "B"],
    ["B가 정답입니다", "B"],
    ["정답은 A 또는 B", "AB"],
    ["정답은 B번입니다", "B"],
    ["따라서 답은 (B)입니다.", "B"],
    ["정답은 A입니다", "A"],
    ["답: A", "A"],
    ["B는 틀렸습니다. 정답은 C입니다.", "C"],
    ["정답은 A나 B입니다", "AB"],
    ["정답은 B가 아니다", ""],
    ["정답은 A와 B입니다", "AB"],
  ])("%j is %j", (response, letters) => {
    expect(read(response)).toBe(letters);
  });
});

describe("a choice in French", () => {
  it.each([
    ["La réponse est C, non A", "C"],
    ["La bonne réponse est la B.", "B"],
    ["Réponse : C", "C"],
    ["La réponse correcte est (B)", "B"],
    ["La réponse est donc l'option D.", "D"],
    ["La réponse est A ou B", "AB"],
    ["La réponse n'est pas A", ""],
    ["La réponse A est fausse.", ""],
    ["Si la réponse est A, alors 1 = 2. La réponse est B.", "B"],
    ["La réponse est A car 2 > 1", "A"],
    ["Je choisis B.", "B"],
    ["Il reste C.", "C"],
    ["B est la bonne réponse", "B"],
    ["La réponse est la lettre D.", "D"],
    ["Donc la bonne réponse est : B", "B"],
    ["La réponse est B et non A.", "B"],
    ["La réponse est soit A soit B.", "AB"],
    ["Ce n'est pas B, c'est C.", "C"],
    ["Réponse finale : (A)", "A"],
    ["La réponse correcte n'est pas B.", ""],
    ["La réponse est C, pas B.", "C"],
    ["C'est la réponse B qui est correcte", "B"],
    ["B est faux, C aussi. A est correct", "A"],
    ["La réponse A n'est pas correcte", ""],
  ])("%j is %j", (response, letters) => {
    expect(read(response)).toBe(letters);
  });
});

describe("a choice in German", () => {
  it.each([
    ["Die Antwort ist B.", "B"],
    ["Die Antwort ist B nicht A.", "B"],
    ["A ist es nicht, B auch nicht.", ""],
    ["Die richtige Antwort lautet (C)", "C"],
    ["Antwort: D", "D"],
    ["Die Antwort ist nicht A", ""],
    ["Die Antwort ist nicht A, sondern B.", "B"],
    ["Richtig ist B", "B"],
    ["Die Antwort ist A oder B", "AB"],
    ["Die Antwort A ist falsch", ""],
    ["Wenn die Antwort A ist, gilt 1 = 2. Die Antwort ist B", "B"],
    ["Ich glaube nicht, dass die Antwort A ist. Antwort: B", "B"],
    ["Option B ist richtig.", "B"],
    ["A, B und C sind falsch, es bleibt D.", "D"],
    ["Die Antwort ist A, weil 2 > 1", "A"],
    ["Die Antwort ist A und nicht B", "A"],
    ["Daher ist die Antwort B.", "B"],
    ["Richtige Antwort: (C)", "C"],
    ["Die korrekte Option ist D.", "D"],
    ["Antwort B ist falsch.", ""],
    ["Die Antwort ist entweder A oder B.", "AB"],
    ["Ich wähle C.", "C"],
    ["A ist falsch. B ist richtig.", "B"],
    ["Die Antwort ist eindeutig B, nicht C.", "B"],
    ["Es ist nicht B.", ""],
    ["Es bleibt also nur B übrig.", "B"],
    ["Die Lösung ist (A)", "A"],
    ["Die Antwort ist B. A scheidet aus.", "B"],
  ])("%j is %j", (response, letters) => {
    expect(read(response)).toBe(letters);
  });
});

describe("a choice in Spanish", () => {
  it.each([
    ["La respuesta es B.", "B"],
    ["La respuesta correcta es la C", "C"],
    ["Respuesta: D", "D"],
    ["La opción correcta es (B).", "B"],
    ["La respuesta no es A", ""],
    ["La respuesta es A o B", "AB"],
    ["La respuesta es A porque 2 > 1", "A"],
    ["Si la respuesta es A, entonces 1 = 2. La respuesta es B.", "B"],
    ["Solo queda D.", "D"],
    ["La respuesta es B, no A", "B"],
    ["A y C son incorrectas, queda B.", "B"],
    ["B es la respuesta correcta", "B"],
    ["Por lo tanto, la respuesta es la opción B.", "B"],
    ["La respuesta correcta: C", "C"],
    ["Respuesta final: A", "A"],
    ["No es A, es B.", "B"],
    ["La alternativa correcta es la D", "D"],
    ["Elijo C.", "C"],
    ["La respuesta no puede ser B.", ""],
    ["La respuesta es A y B", "AB"],
    ["La opción B es incorrecta.", ""],
    ["La respuesta es B; A no cumple.", "B"],
  ])("%j is %j", (response, letters) => {
    expect(read(response)).toBe(letters);
  });
});
