import { describe } from "vitest";
import { acceptsBothWays, acceptsOneWay, rejectsBothWays } from "../../../../test/support/answer-pairs.ts";

describe("an inequality", () => {
  acceptsBothWays(String.raw`
    x<1 == -x>-1
    x\le1 == -x\ge-1
    x<1 == 1>x
    (-1,1) == |x|<1
    [-3,3] == |x|\le 3
    x<-2 \text{ or } x>2 == |x|>2
    (-\infty,-2]\cup[2,\infty) == |x|\ge 2
    -2<x<3 == -3<-x<2
    x \ne 0 == |x|>0
    x^2<4 == x^2-4<0
    |x-3|<2 == (x-3)^2<4
    x+y<3 == 3>x+y
  `);
  acceptsOneWay(String.raw`
    x^2<4 == (-2,2)
    x^2<4 == -2<x<2
    x^2\ge4 == (-\infty,-2]\cup[2,\infty)
    x^2<4 == |x|<2
    |x-3|<2 == (1,5)
    |x-3|\ge2 == x\le1 \text{ or } x\ge5
    |2x+1|\le5 == [-3,2]
    3x+1<7 == x<2
    -2x>6 == x<-3
    x^2-5x+6>0 == x<2 \text{ or } x>3
    x^2-2<0 == (-\sqrt2,\sqrt2)
    x^2-x-1\le0 == \left[\frac{1-\sqrt5}2,\frac{1+\sqrt5}2\right]
    (x-1)(x-2)(x-3)>0 == (1,2)\cup(3,\infty)
    \frac{x-1}{x+2}\ge0 == (-\infty,-2)\cup[1,\infty)
    |x-1|+|x+1|\le4 == [-2,2]
    |x-1|<|x-3| == x<2
    x^2+1>0 == \mathbb{R}
    x^2<0 == \emptyset
    (x-1)^2\le0 == \{1\}
    (x-1)^2>0 == x\ne1
    1<2x+1<5 == (0,2)
    x^3<8 == x<2
    \frac1x<1 == (-\infty,0)\cup(1,\infty)
    |x|<x+1 == x>-\frac12
    x^4-5x^2+4<0 == (-2,-1)\cup(1,2)
    \frac{x+1}{x-2}\le0 == [-1,2)
    x^2-4x+4\le0 == x=2
    2x^2-5x+1<0 == \left(\frac{5-\sqrt{17}}{4},\frac{5+\sqrt{17}}{4}\right)
  `);
  rejectsBothWays(String.raw`
    x<1 == -x<-1
    x<1 == -x>1
    x<1 == -x\ge-1
    x<1 == 2x<3
    x^2<4 == (-2,2]
    x^2<4 == [-2,2]
    x^2<4 == (-4,4)
    x^2<4 == x<2
    x^2\ge4 == x\ge2
    |x-3|<2 == (1,4)
    |x|>2 == x>2
    |x|<-1 == (-1,1)
    (x-1)^2>0 == \mathbb{R}
    \frac{x-1}{x+2}\ge0 == (-\infty,-2]\cup[1,\infty)
    \frac1x<1 == x>1
    y^2<4 == -2<x<2
    x^2 \ne 4 == x \ne 2
    x^2<2 == (-1.414,1.414)
    -x < y == x < -y
  `);
});

describe("a parameter", () => {
  acceptsBothWays(String.raw`
    \frac{\pi}{4}+k\pi, k\in\mathbb{Z} == \frac{\pi}{4}+n\pi, n\in\mathbb{Z}
    \frac{\pi}{4}+k\pi == x=\frac{\pi}{4}+k\pi, \quad k\in\mathbb{Z}
    \frac{\pi}{4}+k\pi == \frac{\pi}{4}+n\pi, n\in\mathbb{Z}
    \frac{\pi}{4}+k\pi, k\in\mathbb{Z} == \frac{\pi}{4}+k\pi (k\in\mathbb{Z})
    \frac{\pi}{4}+k\pi, k\in\mathbb{Z} == \frac{\pi}{4}+k\pi \text{ for } k\in\mathbb{Z}
    \frac{\pi}{4}+k\pi, k\in\mathbb{Z} == \frac{\pi}{4}+k\pi, k \text{ is an integer}
    \frac{\pi}{4}+k\pi, k\in\mathbb{Z} == \frac{\pi}{4}+k\pi \text{ where } k \text{ is any integer}
    \frac{\pi}{4}+k\pi, k\in\mathbb{Z} == -\frac{3\pi}{4}+k\pi, k\in\mathbb{Z}
    2k+1, k\in\mathbb{Z} == 2n-1, n\in\mathbb{Z}
    x = k\pi \text{ or } x = \frac{\pi}{4}+k\pi, k\in\mathbb{Z} == n\pi, \frac{\pi}{4}+n\pi, n\in\mathbb{Z}
    (t, 2t), t\in\mathbb{R} == (s, 2s), s\in\mathbb{R}
    2x^3+c == 2x^3+C
    x^2 + C == x^2 + c
    y = 2x^3+c == y = 2x^3 + C
    \ln|x| + C == \ln|x| + C_1
    \frac{x^2}{2} - x + C == \frac12x^2 - x + K
    \frac{\pi}{4}+k\pi, k\in\mathbb{Z} == \frac{\pi}{4} + k\pi, \forall k\in\mathbb{Z}
    \frac{\pi}{4}+k\pi, k\in\mathbb{Z} == x\in\{\frac{\pi}{4}+k\pi \mid k\in\mathbb{Z}\}
    30^\circ+360^\circ k, k\in\mathbb{Z} == 30^\circ+360^\circ n, n\in\mathbb{Z}
    3k^2, k\in\mathbb{Z}^+ == 3n^2, n\in\mathbb{Z}^{+}
    y=Ce^x == y=ce^x
    \int 2x\,dx = x^2+C == x^2+c
    (-1)^n, n\in\mathbb{N} == (-1)^n
  `);
  rejectsBothWays(String.raw`
    \frac{\pi}{4}+k\pi, k\in\mathbb{Z} == \frac{\pi}{4}+n\pi, n\in\mathbb{N}
    \frac{\pi}{4}+k\pi, k\in\mathbb{Z} == \frac{\pi}{4}+2n\pi, n\in\mathbb{Z}
    \frac{\pi}{4}+k\pi, k\in\mathbb{Z} == \frac{\pi}{3}+n\pi, n\in\mathbb{Z}
    \frac{\pi}{4}+k\pi, k\in\mathbb{Z} == \frac{\pi}{4}
    \frac{\pi}{4}+kx, k\in\mathbb{Z} == \frac{\pi}{4}+ax
    2k+1, k\in\mathbb{N} == 2n-1, n\in\mathbb{N}
    2x^3+c == 2x^3
    2x^3+C == 3x^3+c
    2x^3+Cx == 2x^3+c
    a+b+c == a+b+C
    x^2+C == x^2+D
    x+y == x+C
    ax+c == ax+b
    n == k
    x^2+k == x^2+n
    x>2, x\in\mathbb{Z} == x>2
    a^2+b^2=c^2 == a^2+b^2=C^2
    2k, k\in\mathbb{N} == 2k+2, k\in\mathbb{N}
    k\in\mathbb{Z} == n\in\mathbb{N}
  `);
});

describe("a half of the real numbers", () => {
  acceptsBothWays(String.raw`
    (0,\infty) == \mathbb{R}^+
    (0,\infty) == \mathbb{R}_{>0}
    x > 0 == \text{all positive real numbers}
    [0,\infty) == \text{all non-negative reals}
    [0,\infty) == \mathbb{R}_{\geq 0}
    (-\infty,0) == \text{the set of all negative real numbers}
    x \neq 0 == \text{all nonzero real numbers}
  `);
  rejectsBothWays(String.raw`
    (0,\infty) == \text{all positive integers}
    (0,\infty) == \mathbb{R}^-
    (0,\infty) == \mathbb{R}_{\geq 0}
    [0,\infty) == \text{all positive real numbers}
    \mathbb{R} == \mathbb{R}^+
    (0,\infty) == \mathbb{R}^2
    (0,\infty) == \mathbb{Q}^+
  `);
});

describe("an exception", () => {
  acceptsBothWays(String.raw`
    \mathbb{R}\setminus\{2\} == \text{all real numbers except } 2
    \mathbb{R}\setminus\{2\} == all real numbers except 2
    \mathbb{R}\setminus\{2\} == all real numbers except $x=2$
    \mathbb{R}\setminus\{2\} == \text{All reals except } x = 2
    \mathbb{R}\setminus\{2,3\} == \text{all real numbers except 2 and 3}
    \mathbb{R}\setminus\{0\} == all real numbers other than 0
    \mathbb{R}\setminus\{0\} == \text{all real numbers } x \text{ except } 0
    x\ne2 == \text{all real numbers except } 2
    (-\infty,2)\cup(2,\infty) == \text{all real numbers not equal to } 2
    \mathbb{R} == All real numbers.
    \mathbb{R}\setminus\{2\} == \text{all real numbers but } 2
    \mathbb{R}\setminus\{2\} == \text{all real } x \neq 2
    \mathbb{R}\setminus\{2\} == \mathbb{R} - \{2\}
    \mathbb{R}\setminus\{2\} == x\in\mathbb{R}, x\ne2
    \mathbb{R}\setminus\{-1,1\} == \text{all real numbers except } x=-1 \text{ and } x=1
    \mathbb{R} == \text{the set of all real numbers}
  `);
  rejectsBothWays(String.raw`
    \mathbb{R}\setminus\{2\} == \text{all real numbers except } 3
    \mathbb{R}\setminus\{2\} == \text{all real numbers}
    \mathbb{R}\setminus\{2\} == 2
    \mathbb{R}\setminus\{2,3\} == \text{all real numbers except } 2
    \mathbb{R}\setminus\{2\} == \text{all integers except } 2
    \mathbb{R}\setminus\{2\} == \text{all real numbers except possibly } 2
  `);
});

describe("several named tuples", () => {
  acceptsBothWays(String.raw`
    (5,2),(7,2) == p=5,q=2 \text{ or } p=7,q=2
    (5,2),(7,2) == q=2, p=5 \text{ or } p=7, q=2
    (5,2),(7,2) == (p,q)=(5,2) \text{ or } (7,2)
    (5,2),(7,2) == (p,q)=(5,2),(p,q)=(7,2)
    (5,2),(7,2) == p=5,q=2; p=7,q=2
    (1,2,3),(4,5,6) == x=1,y=2,z=3 \text{ or } x=4,y=5,z=6
    p=5,q=2 \text{ or } p=7,q=2 == p=7,q=2 \text{ or } p=5,q=2
    p=5,q=2 \text{ or } p=7,q=2 == (p,q)=(7,2),(5,2)
    (5,2),(7,2) == \{(7,2),(5,2)\}
    5, 7 == p=5 \text{ or } p=7
    (x,y)=(1,2) == x=1 \text{ and } y=2
  `);
  rejectsBothWays(String.raw`
    (5,2),(7,2) == p=5,q=2 \text{ or } p=7,q=3
    (5,2),(7,2) == p=2,q=5 \text{ or } p=2,q=7
    (5,2),(7,2) == p=5,q=2
    (5,2),(7,2) == p=5 \text{ or } q=2
    (5,2),(7,2) == p=5, p=7, q=2
    p=5,q=2 \text{ or } p=7,q=3 == p=5,q=3 \text{ or } p=7,q=2
    (5,2) == p=5,q=2 \text{ or } p=7,q=2
    p=5,q=2 == p=5 \text{ or } q=2
    (5,2) == p=5 \text{ or } q=2
    (5,2) == 5 \text{ or } 2
  `);
});
