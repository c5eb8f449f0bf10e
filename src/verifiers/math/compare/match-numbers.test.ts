import { describe } from "vitest";
import { acceptsBothWays, rejectsBothWays } from "../../../../test/support/answer-pairs.ts";

describe("digits apart from each other", () => {
  acceptsBothWays(String.raw`
    1000 == 1 000
    1000 == 1\,000
    12345 == 12{,}345
    1234567 == 1\,234\,567
    1234567.5 == 1 234 567.5
    12345 == 12\ 345
    12345 == 12~345
    1 2 == 1 2
  `);
  rejectsBothWays(String.raw`
    12 == 1 2
    27 == 2 7
    12 == 1\,2
    12 == 1\ 2
    12 == 1~2
    12 == 1\quad 2
    2345 == 23 45
    12345 == 12 34 5
    2 == 1 2
    12 == \text{1 2}
    123 == 1 2 3
    1234 == 1 23 4
    1000 == 10 00
    1.5 == 1. 5
    12a == 1 2a %% not one number either
    2 == 1{2}
    123 == 1\,23
    1.25 == 1. 25
    1.25 == 1 .25
    12 == $1$ $2$
    \frac{12}{5} == \frac{1 2}{5}
    2^{12} == 2^{1 2}
    \{12\} == \{1 2\}
  `);
});

describe("an ordinal", () => {
  acceptsBothWays(String.raw`
    12 == 12^{\text{th}}
    12 == 12th
    12 == 12^{th}
    12 == 12^\text{th}
    12 == 12^{\mathrm{th}}
    12 == 12\text{th}
    12 == 12\textsuperscript{th}
    1 == 1st
    2 == 2nd
    3 == 3^{\text{rd}}
    21 == 21^{st}
    11 == 11th
    112 == \text{112th}
    12 == \text{12th}
    12 == 12^{\text{th}} \text{ term}
    2023 == x = 2023^{\text{rd}}
    12^{\text{th}} == 12th
    12 == 12-th
    12 == the 12th
    12 == 12\textsuperscript{th} day
    22 == 22nd
    1000 == 1,000th
  `);
  rejectsBothWays(String.raw`
    12 == 13th
    12 == 12st
    12 == 12t
    1 == 1th
    2 == 2n
    12 == 12^{t}
    12 == 12^h
    5 == x^{th}
    12 == 12th + 1
    12 == 112th
  `);
});

describe("a number in words", () => {
  acceptsBothWays(String.raw`
    2 == \text{two}
    2 == two
    2 == Two
    1000 == \text{one thousand}
    0.5 == \text{one half}
    0.5 == one-half
    0.5 == half
    \frac34 == \text{three fourths}
    \frac34 == three quarters
    \frac23 == two-thirds
    \frac13 == one third
    \frac13 == a third
    21 == twenty-one
    21 == twenty one
    205 == two hundred and five
    205 == \text{two hundred five}
    1234 == one thousand two hundred thirty-four
    1200 == twelve hundred
    3000000 == three million
    2000000000 == two billion
    -3 == negative three
    -3 == minus three
    0 == zero
    1.5 == one and a half
    3.75 == three and three fourths
    \frac{21}{100} == twenty-one hundredths
    2.5 == two point five
    5 == five apples
    5 == \text{five dollars}
    12 == one dozen
    24 == two dozen
    5 == x = five
    2, 3 == two and three
    2, 3 == \text{two}, \text{three}
    100 == one hundred
    100 == a hundred
    \text{two} == two
    \text{seven} == 7
    19 == \text{nineteen}
    12 == a dozen
    2 == "two"
    \frac4{15} == four fifteenths
    3.14 == three point one four
    -5 == minus five
    1024 == one thousand and twenty-four
    (1,2) == (one, two)
  `);
  rejectsBothWays(String.raw`
    2 == \text{three}
    5 == four or 5
    5 == \text{four or } 5
    4 == four or five
    0 == \text{junk or 0}
    20 == twenty-one
    1000 == one hundred
    \frac34 == three fifths
    25 == twenty-fifth
    4 == twenty fifth
    5 == \text{five or more}
    5 == five hundred
    100 == hundreds
    3 == one two
    12 == one two
    21 == one twenty
    7 == \text{about seven or eight}
    1 == \text{no one}
    10 == often
    1 == one of them is 3
    2 == two point
    5 == five squared
    5 == not five
    2 == between one and two
    3 == one and two
    2 == twofold
    1 == a
    1 == none
    1 == \text{one or more}
    5 == \text{at least five}
    25 == \text{five squared}
    100 == hundred thousand
    21 == twenty and one
    \text{two real roots} == \text{two complex roots}
    \text{one solution} == \text{one point}
    \text{one-to-one} == \text{one}
    \text{two-dimensional} == 2
  `);
});

describe("the sign of multiplication as a letter", () => {
  acceptsBothWays(String.raw`
    1500 == 1.5 x 10^3
    1500 == 1.5x10^3
    1500 == 1.5 X 10^{3}
    0.0015 == 1.5 x 10^{-3}
    -1500 == -1.5 x 10^3
    6.02 \times 10^{23} == 6.02 x 10^{23}
    1500 == 1.5 x 10^3 \text{ m}
  `);
  rejectsBothWays(String.raw`
    1500 == 1.5 x 10^4
    12 == 3 x 4
    1500 == 1.5 y 10^3
    3x == 3 x 10^0
    1500 == 1.5 x \cdot 10^3
  `);
});

describe("a Chinese unit", () => {
  acceptsBothWays(String.raw`
    5 == 5个
    5 == 5\text{元}
    5 == 5 元
    5 == $5$ 个
    5 == 5\text{ 人}
    5\text{ cm} == 5厘米
    500\text{ cm} == 5米
    5 == 5平方米
    50000 == 5万
    50000 == 5万元
    50000 == 5\text{万}
    500000000 == 5亿
    12.5 == 12.5元
    5个 == 5
    \frac12 == \frac12\text{小时}
    30\text{ min} == \frac12\text{小时}
    2,3 == 2个，3个
    2,3 == 2和3
    2, 3 == x=2或x=3
    5 == 5円
    5 == 5명
  `);
  rejectsBothWays(String.raw`
    5 == 6个
    5 == 5万
    5 == 5亿元
    5 == 不5
    5 == \text{不}5
    5 == 5或6
    5 == 第5
    5 == 5分之一
    5 == 5以上
    5 == 5到6
    5厘米 == 5米
    5 == 5百
  `);
});
