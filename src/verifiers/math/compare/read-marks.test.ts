import { describe, expect, it } from "vitest";
import { matchWritten, pairsOf } from "../../../../test/support/answer-pairs.ts";

/** Ways of writing an answer that once were taken for another, or not understood. */
const EQUAL = pairsOf(String.raw`
  3\frac12 == 3.5
  -3\tfrac{1}{2} == -3.5
  2 1/2 == 5/2
  5000000 == 5 million
  5 \text{ million} == 5000000
  2.5 \text{ million dollars} == 2500000
  24 == 2 dozen
  300 == 3 hundred
  5\text{ cm squared} == 5 cm^2
  10 == 5\text{ + 5 apples}
  5 == \text{5 apples}
  5 == \text{5 kg.}
  5 == \text{Answer: }5
  5 == \text{The answer is } 5
  5 == \text{Total: } 5
  \text{June } 20 == \text{June 20}
  \text{A, B} == A,B
  \text{1.5 hours} == 1.5
  1.5 \mathrm{\,h} == \text{90 minutes}
  5 == 5\,
  5 == 5\;
  5 == $5\:$
  5 == 5\ %% a space of LaTeX
  5 == 5~\text{cm},
  5 == \approx 5
  5 == \sim 5
  5000 == 5_000
  7 == \phantom{1}7
  7 == \hspace{5mm}7
  7 == \textcolor{red}{7}
  7 == \underline{7}
  1, 2, \ldots, 10 == 1, 2, ..., 10
  \overline{AB} == AB
  (1,5) == x>1 \text{ and } x<5
  1<x<5 == x>1 and x<5
  1<x<5 == \begin{cases} x>1 \\ x<5 \end{cases}
  1<x<5 == x>1, x<5
  x<1 \text{ or } x>5 == x<1 \lor x>5
  x<1, x>5 == (-\infty,1)\cup(5,\infty)
  [2,\infty) == \{x \in \mathbb{R} : x\ge 2\}
  [2,\infty) == \{x \in \mathbb R \mid x\ge 2\}
  (2,5) == \{x \mid x > 2, x < 5\}
  \begin{aligned} x &= 1 \\ y &= 2 \end{aligned} == x = 1, y = 2
  A \leftarrow B == A\leftarrow B
  5 == \text{(C) } 5
  5 == \textbf{(C)}\ 5
  C == \textbf{(C)}\ 5
  \text{(C)} == (C) 5
  \text{yes} == \text{(A) yes}
  10:30 a.m. == 10:30 am
  10:30\text{ a.m.} == 10{:}30 AM
  09:30 == 9:30
  10:30 == 10:30 \text{ p.m.}
  2023-01-05 == \text{2023-01-05}
  5 cm, 3 cm == 50 mm, 30 mm
  5 apples, 3 oranges == 3 oranges and 5 apples
  5 apples, 3 oranges == 5, 3
  5 cm, 3 cm == 3, 5
  5 feet 3 inches == 63 in
  1 hour 30 minutes == 90\text{ minutes}
  5\,\mathrm{m\,s^{-1}} == 5\text{ m/s}
  5\frac{\text{m}}{\text{s}} == 5 m/s
  x^5 == x⁵
  x^{-3} == x⁻³
  x^{10} == x¹⁰
  x_1 == x₁
  -5 == －5
  -5 == ﹣5
  -5 == ‐5
  -5 == —5
  12 == １２
  5\text{ m s}^{-2} == 5 m/s²
  \large 5 == 5
  {\color{red} 5} == 5
  \frac97 == {9 \over 7}
  \binom{5}{2} == {5 \choose 2}
  5 == \pounds 5
  18 dollars == USD 18
  5 == 5 \checkmark
  (2,5) == ]2,5[
  [2,5) == [2,5[
  (-\infty,1]\cup(2,\infty) == ]-\infty,1] \cup ]2,\infty[
  x \equiv 3 \pmod 7 == x \equiv 3 \pmod{7}
  \frac13 == 0.333…
  \frac13 == 0.333\ldots
  \frac16 == 0.1666...
  \frac4{33} == 0.1212...
  \frac13 == 0.(3)
  \frac13 == 0.\dot3
  \emptyset == \text{no solution}
  \emptyset == No real solutions.
  \mathbb{R} == \text{all real numbers}
  25\,^\circ\mathrm{C} == 25 °C
  5\ (\text{cm}^2) == 5 cm^2
  |x|<1 == (-1,1)
  30^\circ == \frac{\pi}{6}
  5\frac{\text m}{\text s} == 5 m/s
  \mathrm{e}^2 == e^2
  x = 5 \text{ cm} == x = 50 \text{ mm}
  (1, 2) \text{ m} == (100, 200) \text{ cm}
  x = 1, y = 2 == \left\{\begin{array}{l} x = 1 \\ y = 2 \end{array}\right.
  x = 1, y = 2 == \left\{ \begin{aligned} x &= 1 \\ y &= 2 \end{aligned} \right.
  (1,2) == \{(1,2)\}
  5 cents == \$0.05
  \$5 == 5 dollars
`);

const DIFFERENT = pairsOf(String.raw`
  20.5 == 20\left(\frac12\right)
  2.5 == (2)(\frac12)
  2.5 == (2)\frac12
  2.5 == 2(1/2)
  -1.875 == -1(7/8)
  5 == 5 million
  5 == 5 dozen
  5 == 5 hundred
  5 == 5 thousand
  5 million == 5 billion
  5 == 5\text{ tenths}
  5 == 5 squared
  5 == 5\text{ halves}
  5 == 5\text{ twentieths}
  5 == 5 \sim 6
  5 == 5\text{9 cm}
  5 == 5\text{.7 kg}
  5 == 5\text{ + 2 apples}
  5 == 5\text{ to 6 hours}
  5 == 5\text{ or maybe 6}
  5 == 5\text{ or maybe not}
  5 == 5\text{ plus one}
  5 == 5\text{万}
  5 == \text{不}5
  5 == \text{.5}
  5 == \text{not }5
  \text{1.5 hours} == \text{15 hours}
  \text{-3 meters} == \text{3 meters}
  \text{1/2 cup} == \text{12 cup}
  \mathbb{R} == x>1 and x<5
  \mathbb{R} == x>1, x<5
  1<x<5 == x>1 or x<5
  x<1 \text{ or } x>5 == x<1 \text{ and } x>5
  (1,5) == x>1 \text{ and } y<5
  (2,5) == \{-x \mid 2<x<5\}
  5 == \{x^2 \mid x=5\}
  (2,\infty) == \{x\in\mathbb{Z} \mid x>2\}
  (2,\infty) == \{x \mid y>2\}
  13 == 1+2+\dots+10
  0.333 == 0.333\ldots
  0.333 == 0.333...
  3+4i == \overline{3+4i}
  z == \overline z
  15 == 5\overline{3}
  5 == 5_000
  A \rightarrow B == A \leftarrow B
  5 == \text{(C) } 6
  x^5 == x₅
  [2,5] == ]2,5[
  |x|<1 == (-1,2)
  30^\circ == \frac{\pi}{3}
  x > 0 == x > 0 and x = 1
  (-\infty,1)\cup(5,\infty) == x < 1 or y > 5
  3 == 10 \pmod 7
  3 \pmod 7 == 3 \pmod 5
  \frac16 == 0.16...
  0.333 == 0.333…
  18 dollars == EUR 18
  5 apples, 3 oranges == 3 apples, 5 oranges
  5 cm, 3 cm == 5 mm, 3 mm
  5 feet 3 inches == 5 feet 4 inches
  D == \text{(C) } 5
  \text{(A) } 5 == \text{(A) } 6
  10:30\text{ a.m.} == 10:30\text{ p.m.}
  10:30 == 10:03
  6:30 == 2:10
  2023-01-05 == 2023-01-06
  \$50 == 50 cents
`);

describe("an answer in an unusual notation", () => {
  it.each(EQUAL)("%s is %s", (first, second) => {
    expect(matchWritten(first, second)).not.toBeNull();
    expect(matchWritten(second, first)).not.toBeNull();
  });

  it.each(DIFFERENT)("%s is not %s", (first, second) => {
    expect(matchWritten(first, second)).toBeNull();
    expect(matchWritten(second, first)).toBeNull();
  });

  it("in several units is that answer", () => {
    expect(matchWritten("3.5 \\text{ hours}", "3.5 hours, or 210 minutes")).toBe("value");
    expect(matchWritten("3.5", "3.5 hours, or 210 minutes")).toBe("value");
    expect(matchWritten("3.5", "3.5 hours, or 200 minutes")).toBeNull();
  });

  it("is a time or a date, and no ratio or difference, where the reference answer is written as one", () => {
    expect(matchWritten("10:30", "1:3")).toBeNull();
    expect(matchWritten("10:30", "1/3")).toBeNull();
    expect(matchWritten("2023-01-05", "2017")).toBeNull();
  });
});
