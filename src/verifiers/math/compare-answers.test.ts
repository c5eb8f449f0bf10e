import { describe, expect, it } from "vitest";
import { matchAnswers, readAnswer } from "./read-answer.ts";

function isAccepted(gold: string, response: string): boolean {
  const [first, second] = [readAnswer(gold), readAnswer(response)];
  if (first === null || second === null) throw new Error("nothing was read");
  return matchAnswers(first, second) !== null;
}

/** Lines of `gold <- response`, each an answer in LaTeX or plain text. */
function pairsOf(table: string): [string, string][] {
  return table
    .split("\n")
    .filter((line) => line.includes(" <- "))
    .map((line) => {
      const [gold = "", response = ""] = line.split(" <- ");
      return [gold.trim(), response.trim()];
    });
}

const ACCEPTED = pairsOf(String.raw`
  \sqrt{(x-5)^2} <- |x-5|
  |x-5| <- |5-x|
  \max(a,b) <- \max(b,a)
  \max(a,b) <- \frac{a+b+|a-b|}{2}
  \lfloor (n+1)/2\rfloor <- \lceil n/2\rceil
  \sqrt{x+3}\sqrt{x+4} <- \sqrt{x^2+7x+12}
  \sqrt{x-3} <- (x-3)^{1/2}
  \frac{1}{2\sqrt{x+3}} <- \frac{\sqrt{x+3}}{2(x+3)}
  \sqrt{a^2+b^2} <- \sqrt{b^2+a^2}
  \lfloor n/2 \rfloor <- \frac{2n-1+(-1)^n}{4}
  x=5 <- 5=x
  2x>6 <- x>3
  3x+1=16 <- x=5
  2x+4y=6 <- x+2y=3
  5 <- x=2+3=5
  9\pi <- A = \pi r^2 = 9\pi
  5 <- a+b=5
  2 <- a-b=2
  no <- No
  xy <- yx
  \text{non-negative} <- \text{nonnegative}
  \text{a.m.} <- \text{am}
  f(x)+f(y) <- f(y)+f(x)
  2f(2x) <- f(2x)+f(x+x)
  p(1-p) <- p-p^2
  p-p^2 <- p(1-p)
  p(q+r) <- pq+pr
  f(x,2y) <- f(x,y+y)
  10^{15}+\sqrt2 <- \sqrt{2}+10^{15}
  10^{20}-(\pi-\pi) <- 10^{20}
  \binom n2 <- \frac{n(n-1)}2
  \frac{n(n-1)}2 <- \binom n2
  \binom{2n}{n} <- \frac{(2n)!}{(n!)^2}
  n! <- n(n-1)!
  \binom{2023}{2} <- 2045253
  \binom{2023}{2021} <- 2045253
  \lfloor\sqrt{2023}\rfloor <- 44
  \lceil\pi\rceil <- 4
  \max(\sqrt2,1) <- \sqrt2
  \min(\sqrt2,1) <- 1
  2023! <- 2023\cdot2022!
  \frac{2023!}{2021!} <- 2023\cdot 2022
  2023!-2022! <- 2022\cdot2022!
  (-1)^{2n} <- 1
  \cos(n\pi) <- (-1)^n
  12.5\% <- 12.5
  12.5 <- 12.5\%
  50 <- 50\%
  (\pm1,2) <- (1,2),(-1,2)
  (1,2),(-1,2) <- (\pm1,2)
  (\pm1,\pm2) <- (1,2),(1,-2),(-1,2),(-1,-2)
  (\pm1,\mp2) <- (1,-2),(-1,2)
  (1,2) <- y=2, x=1
  (1,2) <- x=1, y=2
  x=1, y=2 <- 1, 2
  (1,2) <- m=1, b=2
  \{(1,2)\} <- (1,2)
  \emptyset <- \{\}
  x=1, y=2 <- y=2, x=1
  x=1, y=2 <- (x,y)=(1,2)
  (1,2,3) <- z=3, x=1, y=2
  x_1=1, x_2=2 <- 1, 2
  5,-5 <- x=5 \text{ or } x=-5
  \{(1,2),(3,4)\} <- (3,4),(1,2)
  \{1\} <- 1
  \frac{100000!}{99999!} <- 100000
  12_8, 5 <- 5, 12
  \sqrt{x^2} <- |x|
  n \bmod 2 <- \frac{1-(-1)^n}{2}
  \gcd(a,b) <- \gcd(b,a)
  \frac{n!}{k!(n-k)!} <- \binom nk
  \binom nk <- \binom n{n-k}
  \frac{n(n+1)}{2} <- \binom{n+1}{2}
  (-1)^{n+1} <- (-1)^{n-1}
  (-2)^n <- (-1)^n 2^n
  3^{n} <- 3\cdot 3^{n-1}
  -3 < x < 5 <- 5 > x > -3
  y = 2x+1 <- 2x - y + 1 = 0
  x^2+y^2=25 <- 2x^2+2y^2=50
  x=5 <- 5
  5 <- x=5
  x = 1/2 <- x = 0.5
  f(x) = 2x+1 <- 2x+1
  f(2)=7 <- 7
  P(A)=0.5 <- 1/2
  \sin A = \frac12 <- \sin A = 0.5
  AB = 5 <- 5
  \frac{a}{b} = 3 <- 3
  a:b = 3:4 <- 3:4
  x+y=7 <- 7
  yes <- \text{Yes}
  \text{yes} <- Yes
  no <- \text{no}
  \text{A and B} <- \text{a and b}
  100\% <- 100
  100\% <- 1
  1 <- 100\%
  0.25 <- 25\%
  25\% <- 25
  -5\% <- -5
  f(x+1)-f(x) <- -f(x)+f(1+x)
  h(x)=f(x)+1 <- f(x)+1
  \log_2 x <- \frac{\ln x}{\ln 2}
  \sqrt{x^2+4x+4} <- |x+2|
  \frac{1}{\sqrt{x-5}} <- (x-5)^{-1/2}
  \sqrt{1-x^2} <- (1-x^2)^{1/2}
  \frac{x}{\sqrt{x^2+1}} <- \frac{x\sqrt{x^2+1}}{x^2+1}
  \sqrt{\frac{2h}{g}} <- \sqrt{2h/g}
  \frac{\sqrt{3}}{4}s^2 <- \frac{s^2\sqrt{3}}{4}
  \cos(2\pi n) <- \cos(2 n\pi)
  2^{100}+\pi <- \pi+2^{100}
  \lfloor 10\pi\rfloor <- 31
  \lceil \log_2 1000\rceil <- 10
  \lfloor \log_{10} 1000\rfloor <- 3
  \min(a,b,c) <- \min(c,\min(a,b))
  (\pm 3, \pm 4) <- (3,4),(3,-4),(-3,4),(-3,-4)
  x = 2, y = 3, z = 4 <- (2,3,4)
  a=2, b=3 <- (a,b)=(2,3)
  (2,3) <- (x,y)=(2,3)
  \{x=1, y=2\} <- (1,2)
  (3,2) <- (y,x)=(2,3)
  (x,y)=(1,2) <- (y,x)=(2,1)
  (2,3) <- (m,b)=(2,3)
  (x,y)=(1,2) <- (x,y)=(2-1,2)
  (1,2),(3,4) <- (x,y)=(3,4), (x,y)=(1,2)
  (1,2),(3,4) <- (x,y)=(1,2), (3,4)
  x_2=2, x_{10}=10 <- 2, 10
  x^2-4 <- (x-2)(x+2)
  2\sqrt{x} <- \sqrt{4x}
  \sqrt{xy} <- \sqrt{yx}
  \sqrt{x^4} <- x^2
  \sqrt[3]{x^3} <- x
  x^{3/2} <- x\sqrt{x}
  x^{2/3} <- \sqrt[3]{x^2}
  x^{2/3} <- (\sqrt[3]{x})^2
  \frac{\sqrt{x}+1}{x-1} <- \frac{1}{\sqrt{x}-1}
  \sqrt{\frac{x}{4}} <- \frac{\sqrt{x}}{2}
  \frac{-b+\sqrt{b^2-4ac}}{2a} <- \frac{\sqrt{b^2-4ac}-b}{2a}
  \sqrt{a^2+b^2+c^2} <- (a^2+b^2+c^2)^{1/2}
  e^{-x^2/2} <- \exp(-\frac{x^2}{2})
  \ln\sqrt{x} <- \frac12\ln x
  \frac{e^x-1}{e^x+1} <- \tanh(x/2)
  |x-2|+|x+3| <- |x+3|+|2-x|
  \frac{|x|}{x} <- \frac{x}{|x|}
  \max(x,-x) <- |x|
  n(n-1)(n-2) <- \frac{n!}{(n-3)!}
  \binom{n}{3} <- \frac{n(n-1)(n-2)}{6}
  \frac{1-(-1)^n}{2} <- \frac{1+(-1)^{n+1}}{2}
  (-1)^n n! <- n!\,(-1)^{n}
  \frac{(2n)!}{2^n n!} <- \frac{(2n)!}{n! 2^n}
  (n+1)!-n! <- n\cdot n!
  \binom{n}{2}+n <- \frac{n(n+1)}{2}
  \lfloor \frac{n}{2} \rfloor <- \lfloor n/2 \rfloor
  \lfloor \log_2 n \rfloor <- \lfloor \frac{\ln n}{\ln 2}\rfloor
  \lceil \frac{n}{2} \rceil <- n-\lfloor \frac n2\rfloor
  2k\pi <- 2\pi k
  \frac{\pi}{4}+k\pi <- k\pi+\frac\pi4
  y=\frac{1}{2}x+3 <- x-2y+6=0
  \frac{x^2}{9}+\frac{y^2}{4}=1 <- 4x^2+9y^2=36
  x=\frac{a}{b} <- \frac ab
  x \le -2 \text{ or } x \ge 5 <- (-\infty,-2]\cup[5,\infty)
  |x| < 3 <- |x|<3
  x=2, x=-3 <- x=-3 \text{ or } x=2
  x=2, y=-3 <- (2,-3)
  A=9\pi <- 9\pi
  x=\sqrt2 \approx 1.414 <- \sqrt2
`);

const REJECTED = pairsOf(String.raw`
  |x-5| <- 5-x
  x+3 <- |x+3|
  6 <- |x-3|+|x+3|
  1 <- \frac{|x+5|}{x+5}
  10 <- \max(10,x)
  x<3 <- |x-4|>1
  \lfloor n/3\rfloor <- \lfloor n/4\rfloor
  \lceil n/2\rceil <- \lceil n/3\rceil
  \lfloor n^2/4\rfloor <- \lfloor n^2/5\rfloor
  \max(a,b) <- a
  \max(b,c) <- c
  |x-1000| <- 1000-x
  |2x-9| <- |x-4|+|x-5|-1
  \sqrt{(x-5)^2} <- 5-x
  \lfloor x \rfloor <- x
  x=5 <- 3x+1=16
  x<5 <- 3x+1<16
  x>2 <- 2x-4>0
  x=5 <- x+1=6
  x=5 <- x=3x-10
  5 <- -x=5
  5 <- |x|=5
  5 <- \ln x=5
  5 <- x=3=5
  \text{1.5 hours} <- \text{15 hours}
  \text{-3 meters} <- \text{3 meters}
  \text{1/2 cup} <- \text{12 cup}
  xy <- \text{x+y}
  xy <- \text{x-y}
  even <- even7
  yes <- 5\cdot\text{yes}
  no <- on
  2f(x) <- f(2x)
  f(x)+f(y) <- f(x+y)
  f(xy) <- f(x)y
  f(x^2) <- x f(x)
  2f(x) <- f(2x)+0f
  f(x,y) <- f(y,x)
  2^{100}-1 <- 2^{100}-\pi
  10^{20} <- 10^{20}+\sqrt2
  10^{15}+1 <- 10^{15}+\sqrt{1.5}
  n! <- n(n-1)
  n! <- (n+1)!
  \lfloor\sqrt{2023}\rfloor <- 45
  2023! <- 2023!+1
  (-1)^{n} <- 1
  |x| <- x+0\cdot x!
  0.5 <- 0.5\%
  50\% <- 5
  (\pm1,2) <- (1,-1,2)
  (1,2) <- y=1, x=2
  x=1, y=2 <- (2,1)
  x=1, y=2 <- 2, 1
  \emptyset <- (3,3)
  \emptyset <- \{\emptyset\}
  \{\emptyset\} <- \emptyset
  \{1,2\} <- x=1, y=3
  x=1, y=2 <- y=1, x=2
  x_1=1, x_2=2 <- 2, 1
  \{[1,2]\} <- [1,2]
  \binom{10^{6}}{500000} <- 7
  1000! <- 1001!
  \frac{2023!}{2021!} <- 2023\cdot 2021
  (10^{9})! <- 7
  \{12_8, 5\} <- \{12_7, 5\}
  |x-5| <- x-5
  |x| <- \sqrt{x}^2
  |x-5|+|x-7| <- 2
  |x+50| <- x+50
  \max(x,100) <- 100
  \max(x,5000) <- 5000
  x \bmod 7 <- x
  \gcd(n,6) <- 6
  \lfloor x/2 \rfloor <- \lfloor x/3 \rfloor
  \lfloor x \rfloor + \lfloor -x \rfloor <- 0
  n!+1 <- n!
  \binom nk <- \binom nk k
  2^n <- n^2
  \frac{x(x+1)}{2} <- \binom{n+1}{2}
  (-1)^n <- 1
  x \ge 3 <- x > 3
  x > 3 <- x+1 > 4
  x = \frac{7}{2} <- 2x = 7
  -3 < x < 5 <- -6 < 2x < 10
  x=5, x=7 <- 2x=10, x=7
  f(x)=x^2 <- f(x)=x^3
  \text{no} <- on
  \text{I}_2 <- \text{I}_3
  \text{Route 66} <- \text{Route 6}
  \text{3 to 5} <- \text{35}
  \text{$5$ and 6} <- 56
  f(g(x)) <- g(f(x))
  f(x)^2 <- f(x^2)
  p(x) <- p(2x)/2
  e^{x} <- e^{x}+10^{-3}
  \ln(x^2) <- 2\ln x
  \ln|x| <- \ln x
  \sqrt{x}\sqrt{y} <- \sqrt{x+y}
  \sqrt{x^2+4x+4} <- x+2
  \sqrt{2gh} <- \sqrt{gh}
  \sqrt[4]{x^2} <- \sqrt{x}
  \sin(n\pi) <- n
  10^{20}\pi <- 10^{20}\pi+1
  2^{100}+\pi <- 2^{100}+e
  \lfloor \sqrt{2}^2 \rfloor <- 1
  [\pm 1, 2] <- [1,2]
  (2,3) <- (y,x)=(2,3)
  (1,2) <- (x,y)=(1,2,3)
  (1,2,3) <- (x,y)=(1,2,3,4)
  \sqrt{x^2+1} <- x
  \sqrt{x^2+10000} <- \sqrt{x^2+1}
  \ln\frac{x}{y} <- \ln x
  2^{n}-1 <- 2^{n}
  x \equiv 3 <- 3x
`);

describe("the answer", () => {
  it.each(ACCEPTED)("%s is given by %s", (gold, response) => {
    expect(isAccepted(gold, response)).toBe(true);
  });

  it.each(REJECTED)("%s is not given by %s", (gold, response) => {
    expect(isAccepted(gold, response)).toBe(false);
  });

  it("is compared quickly, however many items it has", () => {
    const items = Array.from({ length: 64 }, (_, index) => `x^2+${index + 1}y`);
    const written = items.map((item) => item.replace("x^2", "x x"));
    isAccepted(items.join(", "), written.join(", "));
    const begin = performance.now();
    expect(isAccepted(items.join(", "), items.toReversed().join(", "))).toBe(true);
    expect(isAccepted(items.join(", "), written.join(", "))).toBe(true);
    isAccepted(items.join(", "), written.toReversed().join(", "));
    expect(performance.now() - begin).toBeLessThan(200);
  });
});
