import { describe, expect, it } from "vitest";
import { matchWritten as match, pairsOf } from "../../../../test/support/answer-pairs.ts";

const EQUAL = pairsOf(String.raw`
  42 == 42.0
  42 == 42.
  42 == +42
  42 == $42$
  42 == \(42\)
  42 == **42**
  007 == 7
  -5 == −5
  1,234 == 1234
  1{,}234 == 1234
  1\,234 == 1234
  12,345.5 == 12345.5
  1 000 000 == 1000000
  .5 == 1/2
  \frac12 == 0.5
  \dfrac{1}{2} == \tfrac12
  \frac{-1}{2} == -\frac{1}{2}
  \frac{2}{4} == 1/2
  \frac{1}{3} == 0.333333
  \frac{1}{3} == 0.3333333333
  \frac{22}{7} == 3.142857
  3\frac{1}{2} == 7/2
  3 1/2 == 3.5
  -1\frac12 == -1.5
  0.\overline{3} == 1/3
  0.1\overline{6} == \frac16
  ½ == 1/2
  1.2 \times 10^{3} == 1200
  1.2e3 == 1200
  6.02 \times 10^{23} == 602 * 10^21
  2^{10} == 1024
  2^{-3} == \frac18
  2^{3^2} == 512
  10! == 3628800
  \frac{100!}{98!} == 9900
  \binom{5}{2} == 10
  \lfloor 3.7 \rfloor == 3
  \lceil -1/2 \rceil == 0
  |{-3}| == 3
  \gcd(12, 18) == 6
  \operatorname{lcm}(4, 6) == 12
  17 \bmod 5 == 2
  50\% == 0.5
  50\% == 50
  12.5\% == \frac18
  12.5\% == 12.5
  0.5\% == 0.005
  33.333333\% == 1/3
  25 percent == 25\%
  \$12.50 == 12.5
  $1,000 == 1000
  3:4 == 6:8
  3:4 == 3/4
  1:2:3 == 2:4:6
  12_8 == 12
  5 \text{ cm} == 5
  5 cm == 5 \text{ centimeters}
  5\,\mathrm{cm} == 5cm
  5 \text{ cm}^2 == 5 square centimeters
  7 \text{ km/h} == 7 kilometers per hour
  60 \text{ miles per hour} == 60 mph
  5 m == 5
  8 apples == 8
  90^\circ == 90
  90^{\circ} == 90 degrees
  100 cm == 1 m
  36 \text{ km/h} == 10 \text{ m/s}
  1 \text{ h} == 3600 \text{ seconds}
  \sqrt{4} == 2
  \sqrt{12} == 2\sqrt3
  sqrt(2) == \sqrt 2
  3√2 == \sqrt{18}
  \frac{1}{\sqrt2} == \frac{\sqrt2}{2}
  \sqrt[3]{-8} == -2
  8^{1/3} == 2
  \sqrt{2} == 1.414214
  \sqrt{3+2\sqrt{2}} == 1+\sqrt{2}
  \pi == 3.14159265
  2pi == 2\pi
  e^{i\pi} == -1
  i^2 == -1
  (1+i)^2 == 2i
  3+4i == 4i+3
  \log_2 8 == 3
  \log 100 == 2
  \ln e^2 == 2
  \frac{\ln 8}{\ln 2} == 3
  \sin 30^\circ == \frac12
  \tan\frac{\pi}{4} == 1
  \sin^{-1} 1 == \frac{\pi}{2}
  \arctan(1) == \pi/4
  2\cos\frac{\pi}{5} == \frac{1+\sqrt5}{2}
  x^2+2x+1 == (x+1)^2
  3*x^2 == 3x^2
  x^10 == x^{10}
  (x-1)(x+1) == x^2-1
  \frac{x^2-1}{x-1} == x+1
  a+b == b+a
  xy == yx
  \frac{a}{b} == a/b
  \frac{1}{2}\pi r^2 h == \frac{\pi r^2 h}{2}
  \sin^2 x+\cos^2 x == 1
  \sin 2x == 2\sin x\cos x
  \tan x == \frac{\sin x}{\cos x}
  |x| == \sqrt{x^2}
  e^{x+y} == e^x e^y
  x_1 + x_2 == x_{2} + x_{1}
  2^{n+1} == 2 \cdot 2^n
  x^{1/3} == \sqrt[3]{x}
  n(n+1)/2 == \frac{n^2+n}{2}
  \theta == θ
  1, 2, 3 == 3, 1, 2
  1, 2 \text{ and } 3 == \{1,2,3\}
  1, 1, 2 == 1, 2
  \{1, 2\} == \{2, 1\}
  \{\frac12\} == \{0.5\}
  \{5\} == 5
  {1, 2} == \{1, 2\}
  \lbrace 1, 2 \rbrace == \{1,2\}
  \pm 5 == 5, -5
  1 \pm \sqrt{2} == 1+\sqrt2, 1-\sqrt2
  \frac{-1 \pm \sqrt{5}}{2} == \frac{-1+\sqrt5}{2}, \frac{-1-\sqrt5}{2}
  x = \pm 5 == x = 5 \text{ or } x = -5
  x = 5 or x = -5 == 5, -5
  (1, 2) == ( 1 , 2 )
  \left(3, \frac{\pi}{2}\right) == (3, pi/2)
  (1, 2) == 1, 2
  \langle 1, 2, 3 \rangle == (1, 2, 3)
  (1, 2), (3, 4) == (3, 4) \text{ and } (1, 2)
  \emptyset == \{\}
  [1, 2) == [1,2)
  [0.5, \infty) == [\frac12, \infty)
  (-\infty, \infty) == \mathbb{R}
  (-\infty, 1) \cup (2, \infty) == (2, \infty) ∪ (-\infty, 1)
  (0,1) \cup [1,2) == (0,2)
  [0,3] \cap (1,5) == (1,3]
  \mathbb{R} \setminus \{2\} == (-\infty,2) \cup (2,\infty)
  x \in [1, 2] == [1, 2]
  1 \le x \le 2 == [1, 2]
  1 < x < 2 == 2 > x > 1
  x > 3 == 3 < x
  x < 1 \text{ or } x > 2 == (-\infty,1) \cup (2,\infty)
  x \ne 2 == (-\infty,2) \cup (2,\infty)
  \{x | x > 2\} == (2, \infty)
  \{ x : x > 2 \} == x > 2
  x \in \{1, 2\} == 1, 2
  x = 5 == 5
  y = 2x + 3 == 2x + 3
  y = 2x + 3 == 3 + 2x = y
  f(x) = x^2 == x^2
  A = \frac12 == A = 0.5
  x = 40 + 2 = 42 == 42
  2x + 4y = 6 == x + 2y = 3
  3x - y = 2 == y = 3x - 2
  x^2 + y^2 = 1 == y^2 + x^2 - 1 = 0
  x = 1, y = 2 == y = 2, x = 1
  x = 1, y = 2 == (1, 2)
  \begin{cases} x = 1 \\ y = 2 \end{cases} == x = 1, y = 2
  \pi \approx 3.14 == \pi
  \begin{pmatrix} 1 \\ 2 \end{pmatrix} == \begin{bmatrix} 1 \\ 2 \end{bmatrix}
  \begin{pmatrix} 1/2 & 2 \\ 3 & 4 \end{pmatrix} == \begin{pmatrix} 0.5 & 2 \\ 3 & 4 \end{pmatrix}
  \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} == [[1, 2], [3, 4]]
  \begin{pmatrix} 1 \\ 2 \end{pmatrix} == (1, 2)
  \frac12 \begin{pmatrix} 2 \\ 4 \end{pmatrix} == \begin{pmatrix} 1 \\ 2 \end{pmatrix}
  \left[\begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array}\right] == \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}
  \text{Monday} == \text{ monday }
  \text{Monday} == Monday
  \text{yes} == Yes
  \text{(C)} == C
  (C) == \mathrm{C}
  \text{no solution} == No solution
  \int_0^1 x^2\,dx == \int_0^1x^2dx       %% not understood, so compared as text
  10^{10^{10}} == 10^{10^{10}}
  n! == n!
`);

const DIFFERENT = pairsOf(String.raw`
  42 == 41
  42 == -42
  42 == 42.0000001
  0 == 0.0000001
  0 == 10^{-300}
  0 == \sqrt{2} \cdot 10^{-200}
  0 == e^{-1000}
  12345678901234567891 == 12345678901234567890
  0.1234 == 0.1235
  \frac{1}{3} == 0.33
  \frac{1}{3} == 0.33333
  \frac{1}{2^{99}} == \frac{1}{2^{98}}
  0.000001 == 0.0000014
  \pi == 3.14
  \pi == \frac{22}{7}
  \sqrt{2} == 1.4142
  \sqrt{2} == \sqrt{2} + 10^{-10}
  1000000.5 == 1000000.6
  2^{100} == 2^{100} + 1
  10^{10^{10}} == 10^{10^{11}}
  10^{10^{10}} == \infty
  10^{400} == 10^{401}
  e^{1000} == e^{1001}
  1 == (\pi + 10^{20}) - 10^{20}
  0 == 10^{20}\pi + 1 - 10^{20}\pi
  \infty == -\infty
  \infty == \frac10
  0 == \frac00
  \frac10 == \frac20
  9^{9^{9^9}} == 9^{9^{9^8}}
  1000! == 1001!
  50\% == 5
  0.5\% == 50\%
  0.5\% == 0.5
  1,234 == 1, 234
  1,200 == 1, 200
  3\frac12 == \frac32
  0.\overline{72} == 0.\overline{27}
  3:4 == 4:3
  1:2:3 == 1:3:2
  12_8 == 12_7
  12_8 == 10
  5 \text{ cm} == 5 \text{ m}
  5 kg == 5 g
  5 \text{ cm}^2 == 5 \text{ cm}^3
  7 \text{ km/h} == 7 \text{ mph}
  100 cm == 2 m
  212 °F == 99 °C
  90^\circ == 90 \text{ radians}
  5 == 5x
  5x == 5m
  x == y
  x == -x
  x == x + 10^{-10}
  |x| == x
  \sqrt{x^2} == x
  \ln(xy) == \ln x + \ln y
  x^2 == x^3
  \frac{r}{R} == \frac{R}{r}
  \sin x == \cos x
  \frac{1}{3}\pi r^2 h == \frac{1}{3}\pi r^2
  x_1 == x_2
  2^n == n^2
  1, 2 == 1, 2, 3
  1, 2, 3 == 1, 2
  1 == 1, 2
  1, 2 == 1
  5 == \pm 5
  5 == 5 \text{ or } 6
  \{1, 2\} == \{1, 3\}
  \{1, 2\} == (1, 2)
  (1, 2) == (2, 1)
  (1, 2) == 2, 1
  (1, 2, 3) == (1, 3, 2)
  (1, 2) == [1, 2]
  [1, 2] == [1, 2)
  [1, 2] == 1, 2
  (1, 2) == (1, 3)
  (0, 1) \cup (1, 2) == (0, 2)
  (-\infty, 2] == (-\infty, 2)
  \mathbb{R} == \mathbb{Z}
  \mathbb{R} == (0, \infty)
  x > 3 == x \ge 3
  x > 3 == x < 3
  x > 3 == y > 3
  -x < 3 == x < 3
  x = 5 == y = 5
  x = 5 == x = 6
  x = 1, y = 2 == x = 2, y = 1
  y = 2x + 3 == y = 3x + 2
  x^2 + y^2 = 1 == x^2 - y^2 = 1
  5 == 3x + 1 = 5
  5 == 2 + 2 = 5
  0 = 0 == 1 = 1
  x = x == y = y
  5 == x \ne 5
  5 == [5, 6]
  5 == \mathbb{R}
  \begin{pmatrix} 1 & 2 \end{pmatrix} == \begin{pmatrix} 1 \\ 2 \end{pmatrix}
  \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} == \begin{pmatrix} 1 & 3 \\ 2 & 4 \end{pmatrix}
  \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} == \begin{vmatrix} 1 & 2 \\ 3 & 4 \end{vmatrix}
  \begin{pmatrix} 1 \\ 2 \end{pmatrix} == \begin{pmatrix} 1 \\ 2 \\ 3 \end{pmatrix}
  \text{Monday} == \text{Tuesday}
  \text{stop} == pots
  A == B
  \text{yes} == \text{no}
  7 == x
  7 == \text{seven hundred}
  \text{constructor} == \text{toString}
  \int_0^1 x^2\,dx == \int_0^1 x^3\,dx
  \unknown{5} == 5
`);

describe("an answer", () => {
  it.each(EQUAL)("%s is %s", (first, second) => {
    expect(match(first, second)).not.toBeNull();
    expect(match(second, first)).not.toBeNull();
  });

  it.each(DIFFERENT)("%s is not %s", (first, second) => {
    expect(match(first, second)).toBeNull();
    expect(match(second, first)).toBeNull();
  });

  it("given several times is that answer", () => {
    expect(match("1/2", String.raw`\frac12, 0.5`)).toBe("value");
    expect(match("1/2", String.raw`\frac12, 0.6`)).toBeNull();
  });

  it("with a letter that touches its number is a quantity where the other has no variables", () => {
    expect(match("26 \\text{ g}", "26g")).toBe("value");
    expect(match("26 \\text{ kg}", "26g")).toBeNull();
    expect(match("26m", "26")).toBeNull();
  });
});
