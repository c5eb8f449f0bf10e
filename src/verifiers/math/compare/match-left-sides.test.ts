import { describe } from "vitest";
import { acceptsBothWays, acceptsOneWay, rejectsBothWays } from "../../../../test/support/answer-pairs.ts";

describe("a left side that is no name", () => {
  acceptsBothWays(String.raw`
    1 == |AB|=1
    5 == |z|=5
    5 == |z_1|=5
    5 == |\vec{a}|=5
    5 == |\overrightarrow{AB}| = 5
    3 == |2\vec a - \vec b| = 3
    5 == |a+b|=5
    5 == \|\mathbf{v}\|=5
    5 == \|x\| = 5
    5 == \left\| \mathbf{v} \right\|=5
    5 == \lVert v \rVert = 5
    3 == \max f(x)=3
    3 == \max_{x\in[0,1]} f(x)=3
    3 == \min_{x} f(x) = 3
    3 == \max\{a,b\}=3
    3 == \sup_{x>0} f(x) = 3
    5 == =5
    x+1 == = x + 1
    5 == \Rightarrow 5
    5 == \implies x = 5
    5 == \therefore x=5
    5 == \to 5
    5 == ⇒ 5
    \pi == \pi\approx3.14
    3.14 == \pi\approx3.14
    3.142 == x = \pi \approx 3.142
    1.41 == \sqrt2 \approx 1.41
    |AB|=1 == 1
    \lim_{x\to0}\frac{\sin x}{x}=1 == 1
    \lim_{x\to 0}\frac{\sin x}{x}=1 == \lim_{x\to0} \frac{\sin x}{x} = 1
    \lim_{n\to\infty} a_n = \frac12 == 0.5
    \sum_{k=1}^{10}k=55 == 55
    \sum_{n=1}^{\infty} \frac{1}{n^2} = \frac{\pi^2}{6} == \frac{\pi^2}{6}
    \sum_{k=1}^{n} k = \frac{n(n+1)}{2} == \frac{n(n+1)}{2}
    \int_0^1 x^2\,dx = \frac13 == \frac13
    P(X=2)=\frac12 == \frac12
    P(A|B)=\frac13 == \frac13
    \mathbb{E}[X]=3 == 3
    n(A\cup B)=12 == 12
    \overrightarrow{AB}\cdot\overrightarrow{AC}=5 == 5
    \angle ABC=30^\circ == 30
    \cos A=\frac12 == \frac12
    \tan\theta=2 == 2
    xy+yz+zx=11 == 11
    f^{-1}(3)=2 == 2
    f'(2)=7 == 7
    S_{\triangle ABC}=6 == 6
    \frac{dy}{dx}=2x == 2x
    \det A = 5 == 5
    \log_a b = 3 == 3
    2 = y == 2
    2 = y == y = 2
    5 = |AB| == 5
    2x+3 = y == 2x + 3
    \{1,2\} = S == 1, 2
    (1,2) = P == (1,2)
    5 == |z|=|3+4i|=5
    12 == \text{Area}(\triangle ABC)=12
    12 == [\triangle ABC] = 12
    3 == \deg f = 3
    3 == f_{\max} = 3
    3 == \inf_{x} f(x) = 3
    3 == \min_{x>0}\left(x+\frac{1}{x}\right)=3
    5 == : 5
    5 == => 5
    5 == -> 5
    5 == ∴ 5
    \frac{\pi}{2} == \iint_D f \, dA = \frac{\pi}{2}
    2x == \frac{d}{dx}\left(x^2\right) = 2x
    4 == \phi(10) = 4
    55 == 1+2+\cdots+10 = 55
    \frac13 == \mathbb{P}(X \ge 3) = \frac13
    1047 == \frac{1000\pi}{3} \approx 1047
    17.3\text{ cm} == 10\sqrt3 \approx 17.3\text{ cm}
    |AB|=1 == AB=1
    \sum_{k=1}^{10}k=55 == \sum_{n=1}^{10} n = 55
  `);
  acceptsOneWay(String.raw`
    13 == a^2+b^2=13
    25 == 25 = x^2+y^2
    4 == 2a+3b=4
    4 == \frac1a+\frac1b=4
    4 == \sqrt{ab}=4
    4 == (a+b)^2=4
  `);
  rejectsBothWays(String.raw`
    2 = y == 2 = x
    5 == |x|=5
    5 == |y|=5
    4 == x^2=4
    5 == 3x+1=5
    8 == 2^x = 8
    5 == \ne 5
    5 == \ge 5
    5 == <5
    5 == -x = 5
    \frac12 == \sin x = \frac12
    5 == \ln x = 5
    3.15 == \pi\approx3.15
    3 == \pi\approx3
    3 == 2.7\approx3
    1 == \lim_{x\to0}\frac{\sin x}{x}=2
    54 == \sum_{k=1}^{10}k=54
    5 == \text{not } x = 5
    5 == \lim_{x\to0} f(x) \ne 5
    5 == 5 = 3x+1
    5 == 5 = -x
    P(A|B)=\frac13 == P(B|A)=\frac13
    \lim_{x\to0} f(x)=1 == \lim_{x\to1} f(x)=1
    2 = y == y = 3
    2 = y == 3
    |AB|=1 == |AC|=1
    5 == \Rightarrow 6
    2x == x^2+y=2x
    0 == 2x-y+1=0
    0 == a^2-b^2=0
    6 == 2x+3y=6
    1 == x^2+y^2=1
    1 == \frac{x^2}{9}+\frac{y^2}{4}=1
    4 == x^2-2x=4
    3 == \sqrt{x} = 3
    3 == \frac{1}{x} = 3
    3 == x! = 3
    3 == |x-1| = 3
    3 == 2x = 3
    3 == \max_{x} f(x) = 4
    2.71 == e \approx 2.71
    3 == x = 3 \text{ or } x = 4
  `);
});
