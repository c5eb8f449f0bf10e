import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchWritten, pairsOf } from "../../../../test/support/answer-pairs.ts";
import { areScalarsEqual, signOfRatio } from "./compare-scalars.ts";
import { sizeOf } from "../evaluate/approximation.ts";
import { evaluateNumeric } from "../evaluate/evaluate-numeric.ts";
import { parseExpression } from "../parse/parse-expression.ts";
import { tokenise } from "../parse/tokenise.ts";

function parse(answer: string) {
  const expression = parseExpression(tokenise(answer) ?? []);
  if (expression === null) throw new Error(`not read: ${answer}`);
  return expression;
}

const AT_TWO = new Map([
  ["x", 2],
  ["y", 2],
]);

const isSame = (first: string, second: string): boolean => areScalarsEqual(parse(first), parse(second));

/** Expressions of two variables, in LaTeX. */
const { expression } = fc.letrec<{ expression: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(fc.constantFrom("x", "y", "\\pi", "\\sqrt{2}"), fc.integer({ min: 1, max: 9 }).map(String)),
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(${a})+(${b})`),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(${a})-(${b})`),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(${a})(${b})`),
    tie("expression").map((a) => `(${a})^2`),
    tie("expression").map((a) => `\\sin(${a})`),
  ),
}));

describe("scalars", () => {
  it("are equal to themselves, and as much one way as the other", () => {
    fc.assert(
      fc.property(expression, expression, (a, b) => {
        expect(isSame(a, a)).toBe(true);
        expect(isSame(a, b)).toBe(isSame(b, a));
      }),
    );
  });

  it("obey the laws of algebra", () => {
    fc.assert(
      fc.property(expression, expression, (a, b) => {
        const difference = `(${a})-(${b})`;
        // Where rounding leaves nothing to conclude, not even that follows.
        fc.pre(isSame(difference, `2(${difference})-(${difference})`));
        expect(isSame(`(${a})+(${b})`, `(${b})+(${a})`)).toBe(true);
        expect(isSame(difference, `-((${b})-(${a}))`)).toBe(true);
      }),
    );
  });

  it("differ from themselves and something more", () => {
    fc.assert(
      fc.property(expression, fc.constantFrom("1", "x", "10^{-6}", "y^2"), (a, more) => {
        // A double of a large value is too coarse for a millionth more.
        const value = evaluateNumeric(parse(a), AT_TWO);
        fc.pre(value !== null && sizeOf(value.value) < 1e4);
        expect(isSame(a, `(${a})+${more}`)).toBe(false);
      }),
    );
  });

  it("are equal as fractions exactly when they are cross-wise", () => {
    const part = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(part, part, part, part, (a, b, c, d) => {
        expect(isSame(`\\frac{${a}}{${b}}`, `${c}/${d}`)).toBe(a * d === b * c);
      }),
    );
  });
});

describe("the sign of a ratio", () => {
  it.each([
    ["2x-6", "x-3", 1],
    ["3-x", "x-3", -1],
    ["x^2-1", "x-1", null],
    ["x-5", "y-5", null],
    ["2", "1", null],
    ["i x", "x", null],
  ])("of %s to %s", (first, second, sign) => {
    expect(signOfRatio(parse(first), parse(second))).toBe(sign);
  });
});

const EQUAL = pairsOf(String.raw`
  \sqrt{(x-5)^2} == |x-5|
  |x-5| == |5-x|
  \max(a,b) == \max(b,a)
  \max(a,b) == \frac{a+b+|a-b|}{2}
  \lfloor (n+1)/2\rfloor == \lceil n/2\rceil
  \sqrt{x+3}\sqrt{x+4} == \sqrt{x^2+7x+12}
  \sqrt{x-3} == (x-3)^{1/2}
  \frac{1}{2\sqrt{x+3}} == \frac{\sqrt{x+3}}{2(x+3)}
  \sqrt{a^2+b^2} == \sqrt{b^2+a^2}
  \lfloor n/2 \rfloor == \frac{2n-1+(-1)^n}{4}
  f(x)+f(y) == f(y)+f(x)
  2f(2x) == f(2x)+f(x+x)
  p(1-p) == p-p^2
  p-p^2 == p(1-p)
  p(q+r) == pq+pr
  f(x,2y) == f(x,y+y)
  10^{15}+\sqrt2 == \sqrt{2}+10^{15}
  10^{20}-(\pi-\pi) == 10^{20}
  \binom n2 == \frac{n(n-1)}2
  \frac{n(n-1)}2 == \binom n2
  \binom{2n}{n} == \frac{(2n)!}{(n!)^2}
  n! == n(n-1)!
  \binom{2023}{2} == 2045253
  \binom{2023}{2021} == 2045253
  \lfloor\sqrt{2023}\rfloor == 44
  \lceil\pi\rceil == 4
  \max(\sqrt2,1) == \sqrt2
  \min(\sqrt2,1) == 1
  2023! == 2023\cdot2022!
  \frac{2023!}{2021!} == 2023\cdot 2022
  2023!-2022! == 2022\cdot2022!
  (-1)^{2n} == 1
  \cos(n\pi) == (-1)^n
  12.5\% == 12.5
  12.5 == 12.5\%
  50 == 50\%
  \frac{100000!}{99999!} == 100000
  \sqrt{x^2} == |x|
  n \bmod 2 == \frac{1-(-1)^n}{2}
  \gcd(a,b) == \gcd(b,a)
  \frac{n!}{k!(n-k)!} == \binom nk
  \binom nk == \binom n{n-k}
  \frac{n(n+1)}{2} == \binom{n+1}{2}
  (-1)^{n+1} == (-1)^{n-1}
  (-2)^n == (-1)^n 2^n
  3^{n} == 3\cdot 3^{n-1}
  100\% == 100
  100\% == 1
  1 == 100\%
  0.25 == 25\%
  25\% == 25
  -5\% == -5
  f(x+1)-f(x) == -f(x)+f(1+x)
  \log_2 x == \frac{\ln x}{\ln 2}
  \sqrt{x^2+4x+4} == |x+2|
  \frac{1}{\sqrt{x-5}} == (x-5)^{-1/2}
  \sqrt{1-x^2} == (1-x^2)^{1/2}
  \frac{x}{\sqrt{x^2+1}} == \frac{x\sqrt{x^2+1}}{x^2+1}
  \sqrt{\frac{2h}{g}} == \sqrt{2h/g}
  \frac{\sqrt{3}}{4}s^2 == \frac{s^2\sqrt{3}}{4}
  \cos(2\pi n) == \cos(2 n\pi)
  2^{100}+\pi == \pi+2^{100}
  \lfloor 10\pi\rfloor == 31
  \lceil \log_2 1000\rceil == 10
  \lfloor \log_{10} 1000\rfloor == 3
  \min(a,b,c) == \min(c,\min(a,b))
  x^2-4 == (x-2)(x+2)
  2\sqrt{x} == \sqrt{4x}
  \sqrt{xy} == \sqrt{yx}
  \sqrt{x^4} == x^2
  \sqrt[3]{x^3} == x
  x^{3/2} == x\sqrt{x}
  x^{2/3} == \sqrt[3]{x^2}
  x^{2/3} == (\sqrt[3]{x})^2
  \frac{\sqrt{x}+1}{x-1} == \frac{1}{\sqrt{x}-1}
  \sqrt{\frac{x}{4}} == \frac{\sqrt{x}}{2}
  \frac{-b+\sqrt{b^2-4ac}}{2a} == \frac{\sqrt{b^2-4ac}-b}{2a}
  \sqrt{a^2+b^2+c^2} == (a^2+b^2+c^2)^{1/2}
  e^{-x^2/2} == \exp(-\frac{x^2}{2})
  \ln\sqrt{x} == \frac12\ln x
  \frac{e^x-1}{e^x+1} == \tanh(x/2)
  |x-2|+|x+3| == |x+3|+|2-x|
  \frac{|x|}{x} == \frac{x}{|x|}
  \max(x,-x) == |x|
  n(n-1)(n-2) == \frac{n!}{(n-3)!}
  \binom{n}{3} == \frac{n(n-1)(n-2)}{6}
  \frac{1-(-1)^n}{2} == \frac{1+(-1)^{n+1}}{2}
  (-1)^n n! == n!\,(-1)^{n}
  \frac{(2n)!}{2^n n!} == \frac{(2n)!}{n! 2^n}
  (n+1)!-n! == n\cdot n!
  \binom{n}{2}+n == \frac{n(n+1)}{2}
  \lfloor \frac{n}{2} \rfloor == \lfloor n/2 \rfloor
  \lfloor \log_2 n \rfloor == \lfloor \frac{\ln n}{\ln 2}\rfloor
  \lceil \frac{n}{2} \rceil == n-\lfloor \frac n2\rfloor
  2k\pi == 2\pi k
  \frac{\pi}{4}+k\pi == k\pi+\frac\pi4
`);

const DIFFERENT = pairsOf(String.raw`
  |x-5| == 5-x
  x+3 == |x+3|
  6 == |x-3|+|x+3|
  1 == \frac{|x+5|}{x+5}
  10 == \max(10,x)
  \lfloor n/3\rfloor == \lfloor n/4\rfloor
  \lceil n/2\rceil == \lceil n/3\rceil
  \lfloor n^2/4\rfloor == \lfloor n^2/5\rfloor
  \max(a,b) == a
  \max(b,c) == c
  |x-1000| == 1000-x
  |2x-9| == |x-4|+|x-5|-1
  \sqrt{(x-5)^2} == 5-x
  \lfloor x \rfloor == x
  2f(x) == f(2x)
  f(x)+f(y) == f(x+y)
  f(xy) == f(x)y
  f(x^2) == x f(x)
  2f(x) == f(2x)+0f
  f(x,y) == f(y,x)
  2^{100}-1 == 2^{100}-\pi
  10^{20} == 10^{20}+\sqrt2
  10^{15}+1 == 10^{15}+\sqrt{1.5}
  n! == n(n-1)
  n! == (n+1)!
  \lfloor\sqrt{2023}\rfloor == 45
  2023! == 2023!+1
  (-1)^{n} == 1
  |x| == x+0\cdot x!
  0.5 == 0.5\%
  50\% == 5
  \binom{10^{6}}{500000} == 7
  1000! == 1001!
  \frac{2023!}{2021!} == 2023\cdot 2021
  (10^{9})! == 7
  |x-5| == x-5
  |x| == \sqrt{x}^2
  |x-5|+|x-7| == 2
  |x+50| == x+50
  \max(x,100) == 100
  \max(x,5000) == 5000
  x \bmod 7 == x
  \gcd(n,6) == 6
  \lfloor x/2 \rfloor == \lfloor x/3 \rfloor
  \lfloor x \rfloor + \lfloor -x \rfloor == 0
  n!+1 == n!
  \binom nk == \binom nk k
  2^n == n^2
  \frac{x(x+1)}{2} == \binom{n+1}{2}
  (-1)^n == 1
  f(g(x)) == g(f(x))
  f(x)^2 == f(x^2)
  p(x) == p(2x)/2
  e^{x} == e^{x}+10^{-3}
  \ln(x^2) == 2\ln x
  \ln|x| == \ln x
  \sqrt{x}\sqrt{y} == \sqrt{x+y}
  \sqrt{x^2+4x+4} == x+2
  \sqrt{2gh} == \sqrt{gh}
  \sqrt[4]{x^2} == \sqrt{x}
  \sin(n\pi) == n
  10^{20}\pi == 10^{20}\pi+1
  2^{100}+\pi == 2^{100}+e
  \lfloor \sqrt{2}^2 \rfloor == 1
  \sqrt{x^2+1} == x
  \sqrt{x^2+10000} == \sqrt{x^2+1}
  \ln\frac{x}{y} == \ln x
  2^{n}-1 == 2^{n}
  x \equiv 3 == 3x
`);

describe("the value", () => {
  it.each(EQUAL)("%s is given by %s", (gold, response) => {
    expect(matchWritten(gold, response)).not.toBeNull();
  });

  it.each(DIFFERENT)("%s is not given by %s", (gold, response) => {
    expect(matchWritten(gold, response)).toBeNull();
  });
});
