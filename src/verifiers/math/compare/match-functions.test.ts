import { describe } from "vitest";
import { acceptsBothWays, rejectsBothWays } from "../../../../test/support/answer-pairs.ts";

describe("gcd and lcm of several numbers", () => {
  acceptsBothWays(String.raw`
    3 == \gcd(24,48,3)
    6 == \gcd(12, 18, 24, 30)
    12 == \operatorname{lcm}(2,3,4)
    60 == \text{lcm}(1,2,3,4,5)
    60 == \operatorname{LCM}(3,4,5)
    6 == \text{GCD}(12,18)
    6 == \gcd\{12, 18\}
    \gcd(a,b) == \gcd(b,a)
    \gcd(a,b,c) == \gcd(c,a,b)
    1 == \gcd(6,10,15)
    2 == \max(1, 2, \gcd(2,4))
  `);
  rejectsBothWays(String.raw`
    24 == \gcd(24,48,3)
    24 == \gcd(24,48,3) + 0
    6 == \operatorname{lcm}(2,3,4)
    2 == \gcd(6,10,15)
    \gcd(a,b) == \gcd(a,b,c)
    12 == \gcd(12, 18)
  `);
});

describe("a finite sum or product", () => {
  acceptsBothWays(String.raw`
    \frac{N(N+1)}{2} == \sum_{n=1}^N n
    \frac{n(n+1)(2n+1)}{6} == \sum_{k=1}^{n} k^2
    n^2 == \sum_{k=1}^{n} (2k-1)
    2^{n+1} - 1 == \sum_{i=0}^{n} 2^i
    2^n == \sum_{k=0}^{n} \binom{n}{k}
    55 == \sum_{k=1}^{10} k
    55 == \sum\limits_{k=1}^{10}k
    55 == \sum^{10}_{k=1} k
    385 == \sum_{k=1}^{10} k^2
    56 == \sum_{k=1}^{10} k + 1
    110 == 2\sum_{k=1}^{10} k
    120 == \prod_{k=1}^5 k
    n! == \prod_{k=1}^{n} k
    \frac{n+1}{2n} == \prod_{k=2}^{n} \left(1-\frac1{k^2}\right)
    36 == \sum_{i=1}^{3}\sum_{j=1}^{3} ij
    \sum_{k=1}^{n} k == \sum_{j=1}^{n} j
    \sum_{n=0}^{\infty} \frac{x^n}{n!} == \sum_{k=0}^{\infty} \frac{x^k}{k!}
    \sqrt1+\sqrt2+\sqrt3 == \sum_{k=1}^{3} \sqrt k
    0 == \sum_{k=1}^{0} k
    \sum_{k=1}^{n} a_k == \sum_{i=1}^{n} a_i
    n x == \sum_{k=1}^{n} x
    500500 == \sum_{k=1}^{1000} k
    \sum_{k=1}^{n} a_k + \sum_{k=1}^{n} b_k == \sum_{k=1}^{n} b_k + \sum_{k=1}^{n} a_k
  `);
  rejectsBothWays(String.raw`
    \frac{N(N-1)}{2} == \sum_{n=1}^N n
    55 == \sum_{k=1}^{9} k
    55 == \sum_{k=1}^{10} k + 1
    \sum_{k=1}^{n} k == \sum_{k=1}^{m} k
    \sum_{k=1}^{n} k == \prod_{k=1}^{n} k
    \sum_{k=1}^{n} a_k == n a_k
    \sum_{k=1}^{n} a_k == \sum_{k=1}^{n} b_k
    1 == \sum_{k=1}^{10^{9}} 1
    \frac{n(n+1)}{2} == \sum_{k=1}^{n} n
    \sum_{n=0}^{\infty} \frac{x^n}{n!} == \sum_{n=1}^{\infty} \frac{x^n}{n!}
    n == \sum_{n=1}^{n} n
  `);
});

describe("a remainder", () => {
  acceptsBothWays(String.raw`
    2 == 128\mod 3
    2 == 128 \bmod 3
    2 == 128 mod 3
    2 == (-1) \mod 3
    1 == 2^{10}\mod 3
    1 == 7^{4} \bmod 5
    n \bmod 2 == n \mod 2
  `);
  rejectsBothWays(String.raw`
    1 == 128\mod 3
    128 == 128\mod 3
    3 == 10 \pmod 7
    2 == 128 \mod 0
    n == n \bmod 2
  `);
});

describe("a congruence", () => {
  acceptsBothWays(String.raw`
    x\equiv 3\pmod 7 == x\equiv 10\pmod 7
    x\equiv 3\pmod 7 == x\equiv -4\pmod{7}
    x\equiv 3\pmod 7 == x ≡ 3 (mod 7)
    x\equiv 3\pmod 7 == x \equiv 3 \mod 7
    x\equiv 3\pmod 7 == x \equiv 3 \bmod 7
    x\equiv 3\pmod 7 == x = 3 \pmod 7
    3 \pmod 7 == 10 \pmod 7
    n \equiv 1, 4 \pmod 5 == n\equiv 4, 1 \pmod 5
    n \equiv 1, 4 \pmod 5 == n \equiv 1 \pmod 5 \text{ or } n \equiv 4 \pmod 5
    n \equiv \pm 1 \pmod 5 == n \equiv 1, 4 \pmod 5
    x\equiv 3\pmod 7 == 3 \equiv x \pmod 7
    x\equiv 3\pmod 7 == x\equiv 3\ (\text{mod}\ 7)
    n\equiv 1 \pmod 4 \text{ or } n \equiv 3 \pmod 4 == n \equiv 1, 3 \pmod 4
  `);
  rejectsBothWays(String.raw`
    x\equiv 3\pmod 7 == x\equiv 4\pmod 7
    x\equiv 3\pmod 7 == x\equiv 3\pmod{14}
    x\equiv 3\pmod 7 == x\equiv 17\pmod{14}
    x\equiv 3\pmod 7 == y\equiv 3\pmod 7
    x\equiv 3\pmod 7 == x = 3
    x\equiv 3\pmod 7 == 3
    x\equiv 3\pmod 7 == x\equiv \frac{13}{2} \pmod 7
    n \equiv 1, 4 \pmod 5 == n\equiv 1 \pmod 5
    n \equiv 1, 4 \pmod 5 == n\equiv 1, 3 \pmod 5
    x\equiv 3 \pmod 7 == x \not\equiv 3 \pmod 7
    x\equiv 3 \pmod 7 == 2x\equiv 6 \pmod 7
    7 == x\equiv 3 \pmod 7
  `);
});

describe("a number of choices", () => {
  acceptsBothWays(String.raw`
    10 == C(5,2)
    10 == {}_5C_2
    10 == {}_{5}C_{2}
    10 == ^5C_2
    10 == {}^5C_2
    10 == {}^{5}C_{2}
    10 == _5C_2
    10 == \binom52
    10 == \binom{5}{2}
    10 == C_5^2
    10 == \mathrm{C}_5^2
    10 == \mathrm{C}(5,2)
    10 == 5C2
    20 == P(5,2)
    20 == {}_5P_2
    20 == ^5P_2
    20 == {}^5P_2
    20 == A_5^2
    20 == 2 \cdot C(5,2)
    20 == 2{}_5C_2
    13 == {}_5C_2 + {}_3C_1
    1 == C(5,0)
    \binom{n}{2} == C(n,2)
    10 == nCr(5,2)
    20 == A(5,2)
    20 == P_5^2
    \frac{n(n-1)}{2} == C(n,2)
    n(n-1) == P(n,2)
    \binom{n}{k} == {}_nC_k
    (5,2) == P(5,2)
    (5,2) == C(5,2)
    P(5,2) == P(5,2)
    C == C
  `);
  rejectsBothWays(String.raw`
    20 == C(5,2)
    10 == P(5,2)
    10 == C(5,3) + 1
    10 == C(2,5)
    20 == {}_5C_2
    (5,2) == P(2,5)
    5 == C(5,2)
    10 == C_5
    10 == C(5.5,2)
  `);
});

describe("a subscript behind an exponent", () => {
  acceptsBothWays(String.raw`
    x_1^2+x_2^2 == x^2_1+x^2_2
    x_{12}^{3} == x^{3}_{12}
    a_n^2 == a^2_n
    \log_2^2 x == \log^2_2 x
    x_1^{-1} == x^{-1}_1
  `);
  rejectsBothWays(String.raw`
    x_1^2 == x_2^1
    x_1^2+x_2^2 == x^1_2+x^2_2
    x^{2} == x^2_1
    2_1 == 2^2_1
    x^2_1 == x^{2_1}
  `);
});

describe("a tangent by another name", () => {
  acceptsBothWays(String.raw`
    \tan x == \tg x
    \cot x == \ctg x
    \arctan\frac34 == \operatorname{arctg}\frac34
    \tan x == \operatorname{tg} x
    t g x == tgx
  `);
  rejectsBothWays(String.raw`
    \tan x == \ctg x
    \tan x == tgx
  `);
});

describe("an inverse hyperbolic or trigonometric function", () => {
  acceptsBothWays(String.raw`
    \sinh^{-1}(2) == \ln(2+\sqrt5)
    \operatorname{arcsinh}(2) == \ln(2+\sqrt5)
    \text{arsinh}(2) == \sinh^{-1}(2)
    \cosh^{-1}(2) == \ln(2+\sqrt3)
    \operatorname{artanh}(1/2) == \frac12\ln 3
    \tanh^{-1}\frac12 == \operatorname{arctanh}\frac12
    \operatorname{arcosh} 3 == \ln(3+2\sqrt2)
    asinh(2) == arsinh(2)
    \operatorname{arcoth}(2) == \frac12\ln 3
    \coth^{-1}(2) == \frac12\ln 3
    \sinh^{-1}(-2) == -\ln(2+\sqrt5)
    \operatorname{sech} 1 == \frac{1}{\cosh 1}
    \operatorname{csch} 1 == \frac{1}{\sinh 1}
    \coth 2 == \frac{1}{\tanh 2}
    \cot^{-1}(1) == \frac\pi4
    \operatorname{arccot}(1) == \frac\pi4
    \sec^{-1}(2) == \frac\pi3
    \operatorname{arccsc}(2) == \frac\pi6
    \sinh^{-1} x == \ln(x+\sqrt{x^2+1})
    \sinh^2 x == \cosh^2 x - 1
    \ln 10 == \ln(10)
    \lg 100 == 2
    \operatorname{arcsch}(1) == \ln(1+\sqrt2)
    \operatorname{sech}^{-1}(1/2) == \ln(2+\sqrt3)
    \operatorname{argsinh} 2 == \ln(2+\sqrt5)
  `);
  rejectsBothWays(String.raw`
    \frac{1}{\sinh 2} == \sinh^{-1}(2)
    \frac{1}{\cosh 2} == \cosh^{-1}(2)
    \frac{1}{\tan 2} == \tan^{-1}(2)
    \frac{1}{\coth 2} == \coth^{-1}(2)
    \sinh^{-2}(2) == (\sinh^{-1} 2)^2
    \operatorname{arsinh}(2) == \operatorname{arcosh}(2)
    \sinh^{-1} x == \frac{1}{\sinh x}
    \operatorname{artanh}(1/2) == \frac13 \ln 3
  `);
});
