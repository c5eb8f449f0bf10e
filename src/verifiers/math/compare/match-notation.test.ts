import { describe } from "vitest";
import { acceptsBothWays, rejectsBothWays } from "../../../../test/support/answer-pairs.ts";

describe("doubled backslashes", () => {
  acceptsBothWays(String.raw`
    \frac12 == \\frac{1}{2}
    \sqrt2 == \\sqrt{2}
    \frac12 == \\\\frac{1}{2}
    (1, \frac\pi2) == \\left(1, \\frac{\\pi}{2}\\right)
    \begin{pmatrix}1&2\\3&4\end{pmatrix} == \\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}
    5 == 5\\text{ cm}
    \pi == \\pi
    x \in \{1,2\} == x \\in \\{1,2\\}
    50\% == 50\\%
  `);
  rejectsBothWays(String.raw`
    \frac12 == \\frac{1}{3}
    \begin{pmatrix}1\\2\end{pmatrix} == \begin{pmatrix}1&2\end{pmatrix}
    \begin{pmatrix}a\\b\end{pmatrix} == ab
    \frac12 == \\frac{2}{1}
  `);
});

describe("a prime", () => {
  acceptsBothWays(String.raw`
    x' == x^{\prime}
    f'(x) == f^\prime(x)
  `);
  rejectsBothWays(String.raw`
    x' == x
    x' == x''
    A == A'
    x^{\prime} == x
    f'(x) == f(x)
  `);
});

describe("a command glued to what follows it", () => {
  acceptsBothWays(String.raw`
    x_1=1,\quadx_2=2 == 1, 2
    x=1,\qquady=2 == (1,2)
    2x == 2\cdotx
    2x == 2\timesx
    1, 2 == 1,\quad 2
  `);
  rejectsBothWays(String.raw`
    x_1=1,\quadx_2=2 == 1, 3
    x == \quadratic
    2 == 2\cdotx
    5 == \unknownx
    x == \quadax
  `);
});

describe("degrees in a sum", () => {
  acceptsBothWays(String.raw`
    180-2\alpha == 180^\circ-2\alpha
    $180 - 2\alpha$ == 180^{\circ} - 2\alpha
    90-x == 90^\circ-x
    90^\circ-x == (90-x)^\circ
    135 == 90^\circ+45^\circ
    90 == 2\cdot45^\circ
    \frac{180}{n} == \frac{180^\circ}{n}
    \frac{180-\alpha}{2} == \frac{180^\circ-\alpha}{2}
    \alpha=180^\circ-\beta == \alpha=180-\beta
    30, 150 == 30^\circ, 150^\circ
    30+360k == 30^\circ+360^\circ k
    30+360k == 30^\circ+k\cdot360^\circ, k\in\mathbb{Z}
    \frac{\pi}{2} == 90^\circ
    \frac12 == \sin30^\circ
    \frac32 == 1+\sin30^\circ
    \frac{\sqrt3}{2} == \sin(90^\circ-30^\circ)
    \frac{3\pi}{4} == 90^\circ+45^\circ
  `);
  rejectsBothWays(String.raw`
    180-2\alpha == 180^\circ-\alpha
    180-2\alpha == 90^\circ-2\alpha
    31 == 1+30\sin30^\circ
    30 == \sin30^\circ
    \pi-2\alpha == 180^\circ-2\alpha
    180+\pi == 180^\circ+\pi
    \sin(30) == \sin30^\circ
    30 == \tan(30^\circ)
  `);
});

describe("words", () => {
  acceptsBothWays(String.raw`
    odd $n$ == \text{odd } n
    all even $n$ == \text{all even } n
    odd == $odd$
    odd == \text{Odd}
    $n$ is odd == n \text{ is odd}
    yes == $yes$
    isosceles triangle == \text{isosceles triangle}
    \text{odd integers } n == odd integers $n$
  `);
  rejectsBothWays(String.raw`
    odd $n$ == \text{even } n
    odd $n$ == \text{odd } m
    odd == $even$
    odd == $n$
    odd $n$ == n
    \text{odd } n == n \text{ odd numbers}
  `);
});

describe("a label", () => {
  acceptsBothWays(String.raw`
    D == \text{D. }5
    5 == \text{D. }5
    5 == (D)5
    D == (D)5
    5 == D) 5
    D == D) 5
    5 == D. 5
    5 == D: 5
    D == \text{(D)}5
    5 == \textbf{(D)}5
    \frac12 == (D)\frac12
    -5 == (D)-5
    3\pi == (B)\ 3\pi
    5 == \text{D) }5
    5 == \text{D: }5
    \text{yes} == A. yes
    B == \text{B. } x^2
    \text{(B)} == \text{B) }7
    D == D)
    (1,2) == \text{A. }(1,2)
    \$5 == (D)\$5
    5 == \text{(D) 5}
  `);
  rejectsBothWays(String.raw`
    D == \text{C. }5
    5 == \text{D. }6
    A == (A)(B)
    5 == A5
    5 == A+5
    5 == A:5:6
    \text{A. }5 == \text{A. }6
    1 == (A)(1)
    C == 5
    0.5 == A.5
    A) 3 == B) 3
    \text{(A) }5 == \text{(B) }5
  `);
});
