import { describe } from "vitest";
import { acceptsBothWays, rejectsBothWays } from "../../../../test/support/answer-pairs.ts";

describe("values that doubles cannot tell apart", () => {
  acceptsBothWays(String.raw`
    \frac\pi4 == \arctan 1
    \frac{\pi}{4} == 4\arctan\frac15-\arctan\frac1{239}
    \sqrt{3+2\sqrt2} == 1+\sqrt2
    e^{i\pi} == -1
    \arctan(10^{18}) == \arctan(1000^6)
    \tanh 1 == \frac{e^2-1}{e^2+1}
    1+\sqrt2+10^{-30} == 10^{-30}+\sqrt2+1
    \ln(10^{20}) == 20\ln 10
    \cos\frac\pi7-\cos\frac{2\pi}7+\cos\frac{3\pi}7 == \frac12
    \sqrt[3]{2+\sqrt5}+\sqrt[3]{2-\sqrt5} == 1
    10^{20}\sqrt2 == 10^{20}\cdot\frac{2}{\sqrt2}
  `);
  rejectsBothWays(String.raw`
    \frac{\pi}{2} == \arctan(10^{18})
    \frac{\pi}{2} == \arctan(10^{100})
    \frac{\pi}{2} == \arctan(10^{1000})
    1 == \tanh(50)
    1 == \tanh(10^6)
    1 == 1-10^{-30}
    \sqrt2 == \sqrt2-10^{-30}
    \sqrt2 == \frac2{\sqrt2}+10^{-30}
    \sqrt2 == \frac2{\sqrt2}+e^{-50}
    \sqrt2 == \frac2{\sqrt2}+e^{-700}
    0 == \sin(10^{-20})
    10^{-20} == \sin(10^{-20})
    1 == \cos(10^{-10})
    1 == \cos(10^{-30})
    1 == \sqrt{1+10^{-20}}
    0 == \ln(1+10^{-20})
    1 == 2^{10^{-20}}
    1 == e^{10^{-30}}
    0 == \pi-3.14159265358979323846
    \sin x == \sin x+10^{-30}
    x == x+\sin(10^{-20})
    e^{\pi\sqrt{163}} == 262537412640768744
    1 == \frac{\sin(10^{-9})}{10^{-9}}
    \sin(10^{20}) == \sin(10^{20}+10^{-9})
    \ln 2 == \sum_{k=1}^{60} \frac{1}{k2^k}
    2 == 1+\tanh(20)
  `);
});
