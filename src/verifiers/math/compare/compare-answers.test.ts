import { describe, expect, it } from "vitest";
import { matchWritten, pairsOf } from "../../../../test/support/answer-pairs.ts";

const ACCEPTED = pairsOf(String.raw`
  x=5 == 5=x
  2x>6 == x>3
  3x+1=16 == x=5
  2x+4y=6 == x+2y=3
  5 == x=2+3=5
  9\pi == A = \pi r^2 = 9\pi
  5 == a+b=5
  2 == a-b=2
  no == No
  xy == yx
  \text{non-negative} == \text{nonnegative}
  \text{a.m.} == \text{am}
  (\pm1,2) == (1,2),(-1,2)
  (1,2),(-1,2) == (\pm1,2)
  (\pm1,\pm2) == (1,2),(1,-2),(-1,2),(-1,-2)
  (\pm1,\mp2) == (1,-2),(-1,2)
  (1,2) == y=2, x=1
  (1,2) == x=1, y=2
  x=1, y=2 == 1, 2
  (1,2) == m=1, b=2
  \{(1,2)\} == (1,2)
  \emptyset == \{\}
  x=1, y=2 == y=2, x=1
  x=1, y=2 == (x,y)=(1,2)
  (1,2,3) == z=3, x=1, y=2
  x_1=1, x_2=2 == 1, 2
  5,-5 == x=5 \text{ or } x=-5
  \{(1,2),(3,4)\} == (3,4),(1,2)
  \{1\} == 1
  12_8, 5 == 5, 12
  -3 < x < 5 == 5 > x > -3
  y = 2x+1 == 2x - y + 1 = 0
  x^2+y^2=25 == 2x^2+2y^2=50
  x=5 == 5
  5 == x=5
  x = 1/2 == x = 0.5
  f(x) = 2x+1 == 2x+1
  f(2)=7 == 7
  P(A)=0.5 == 1/2
  \sin A = \frac12 == \sin A = 0.5
  AB = 5 == 5
  \frac{a}{b} = 3 == 3
  a:b = 3:4 == 3:4
  x+y=7 == 7
  yes == \text{Yes}
  \text{yes} == Yes
  no == \text{no}
  \text{A and B} == \text{a and b}
  h(x)=f(x)+1 == f(x)+1
  (\pm 3, \pm 4) == (3,4),(3,-4),(-3,4),(-3,-4)
  x = 2, y = 3, z = 4 == (2,3,4)
  a=2, b=3 == (a,b)=(2,3)
  (2,3) == (x,y)=(2,3)
  \{x=1, y=2\} == (1,2)
  (3,2) == (y,x)=(2,3)
  (x,y)=(1,2) == (y,x)=(2,1)
  (2,3) == (m,b)=(2,3)
  (x,y)=(1,2) == (x,y)=(2-1,2)
  (1,2),(3,4) == (x,y)=(3,4), (x,y)=(1,2)
  (1,2),(3,4) == (x,y)=(1,2), (3,4)
  x_2=2, x_{10}=10 == 2, 10
  y=\frac{1}{2}x+3 == x-2y+6=0
  \frac{x^2}{9}+\frac{y^2}{4}=1 == 4x^2+9y^2=36
  x=\frac{a}{b} == \frac ab
  x \le -2 \text{ or } x \ge 5 == (-\infty,-2]\cup[5,\infty)
  |x| < 3 == |x|<3
  x=2, x=-3 == x=-3 \text{ or } x=2
  x=2, y=-3 == (2,-3)
  A=9\pi == 9\pi
  x=\sqrt2 \approx 1.414 == \sqrt2
`);

const REJECTED = pairsOf(String.raw`
  f(2)=7 == g(3)=2
  f(2)=7 == f^{-1}(3)=2
  x=2, x=-3 == x=2, y=-3
  y=2, x=1 == [1,2)
  x^2+y^2=1 == \lim_{x\to0} f(x) = 1
  x<3 == |x-4|>1
  x=5 == 3x+1=16
  x<5 == 3x+1<16
  x>2 == 2x-4>0
  x=5 == x+1=6
  x=5 == x=3x-10
  5 == -x=5
  5 == |x|=5
  5 == \ln x=5
  5 == x=3=5
  \text{1.5 hours} == \text{15 hours}
  \text{-3 meters} == \text{3 meters}
  \text{1/2 cup} == \text{12 cup}
  xy == \text{x+y}
  xy == \text{x-y}
  even == even7
  yes == 5\cdot\text{yes}
  no == on
  (\pm1,2) == (1,-1,2)
  (1,2) == y=1, x=2
  x=1, y=2 == (2,1)
  x=1, y=2 == 2, 1
  \emptyset == (3,3)
  \emptyset == \{\emptyset\}
  \{\emptyset\} == \emptyset
  \{1,2\} == x=1, y=3
  x=1, y=2 == y=1, x=2
  x_1=1, x_2=2 == 2, 1
  \{[1,2]\} == [1,2]
  \{12_8, 5\} == \{12_7, 5\}
  x \ge 3 == x > 3
  x > 3 == x+1 > 4
  x = \frac{7}{2} == 2x = 7
  -3 < x < 5 == -6 < 2x < 10
  x=5, x=7 == 2x=10, x=7
  f(x)=x^2 == f(x)=x^3
  \text{no} == on
  \text{I}_2 == \text{I}_3
  \text{Route 66} == \text{Route 6}
  \text{3 to 5} == \text{35}
  \text{$5$ and 6} == 56
  [\pm 1, 2] == [1,2]
  (2,3) == (y,x)=(2,3)
  (1,2) == (x,y)=(1,2,3)
  (1,2,3) == (x,y)=(1,2,3,4)
`);

describe("the answer", () => {
  it.each(ACCEPTED)("%s is given by %s", (gold, response) => {
    expect(matchWritten(gold, response)).not.toBeNull();
  });

  it.each(REJECTED)("%s is not given by %s", (gold, response) => {
    expect(matchWritten(gold, response)).toBeNull();
  });

  it("compares sets of many items without trying every order", { timeout: 10_000 }, () => {
    const items = Array.from({ length: 64 }, (_, index) => `x^2+${index + 1}y`);
    const written = items.map((item) => item.replace("x^2", "x x"));
    expect(matchWritten(items.join(", "), items.toReversed().join(", "))).not.toBeNull();
    expect(matchWritten(items.join(", "), written.join(", "))).not.toBeNull();
    matchWritten(items.join(", "), written.toReversed().join(", "));
  });
});
