import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkOptions } from "../../core/check-options.ts";
import { judgeResponse } from "../pool/judge-response.ts";
import { numeric } from "../library/numeric.ts";

async function judge(response: string, answer: string, options: Record<string, unknown> = {}) {
  const checked = checkOptions(numeric.options, { units: "required", ...options }, "numeric");
  return judgeResponse(numeric, checked, { problem: {}, response, answer }, 3000);
}

async function passes(response: string, answer: string, options: Record<string, unknown> = {}): Promise<boolean> {
  const judgement = await judge(response, answer, options);
  if (judgement.status !== "ok") throw new Error(judgement.error);
  return judgement.passed;
}

describe("numeric with units takes for the same", () => {
  it.each([
    ["5 km", "5000 m"],
    ["5000m", "5 kilometers"],
    ["It is 5 km.", "5000 m"],
    ["5 KM", "5 km"],
    ["1,500 g", "1.5 kg"],
    ["5-km", "5 km"],
    ["36 km/h", "10 m/s"],
    ["10 m s^-1", "10 m/s"],
    ["10 meters per second", "10 m/s"],
    ["10 m/s^2", "10 m/s/s"],
    ["9.8 m/s²", "9.8 m s⁻²"],
    ["$9.8\\ \\mathrm{m/s^2}$", "9.8 m/s^2"],
    ["$9.8~\\frac{\\text{m}}{\\text{s}^2}$", "9.8 m/s^2"],
    ["\\boxed{5\\,\\text{km}}", "5 km"],
    ["3 N·m", "3 J"],
    ["3 kg*m^2/s^2", "3 J"],
    ["4.184 J/(g K)", "1 cal/(g*K)"],
    ["1 kWh", "3.6 MJ"],
    ["2 kilowatt-hours", "7200 kJ"],
    ["1 L", "1000 cm^3"],
    ["1 litre", "1 cubic decimeter"],
    ["5 square feet", "720 in^2"],
    ["100 m2", "1e-4 square kilometers"],
    ["3 meters squared", "3 m^2"],
    ["2 metric tons", "2000 kg"],
    ["3 nautical miles", "5.556 km"],
    ["60 mph", "88 ft/s"],
    ["63 inches", "5 ft 3 in"],
    ["5 feet, 3 inches", "63 in"],
    ["1 hour and 30 minutes", "90 min"],
    ["1h30min", "5400 s"],
    ["2 years", "24 months"],
    ["25 °C", "298.15 K"],
    ["25^\\circ\\text{C}", "77 degrees Fahrenheit"],
    ["-40 deg F", "-40 ℃"],
    ["3 μm", "3 µm"],
    ["4.7 k\\Omega", "4700 ohms"],
    ["6.02 × 10^23 eV", "6.02e23 eV"],
    ["3 \\times 10^{-3} m", "3 mm"],
    ["3·10⁻³ m or 3×10⁻³ m", "3 mm"],
    ["10^3 m", "1 km"],
    ["$5", "5 dollars"],
    ["-$5", "-500 cents"],
    ["It costs $5 and then $6", "6 USD"],
    ["\\$6", "6 USD"],
    ["$3.50 per kg", "0.35 $/hg"],
    ["6 €", "€6"],
    ["180°", "0.5 revolutions"],
    ["8 MB", "64 Mbit"],
    ["50%", "0.5"],
    ["7", "7"],
    ["5 N m", "5 Nm"],
    ["5 kNm", "5000 J"],
    ["5 VA", "5 W"],
    ["5 Ns", "5 N s"],
    ["2 mAh", "7.2 A s"],
    ["5 Km", "5 km"],
    ["5 KG", "5 kg"],
    ["60 MPH", "60 mph"],
    ["$5 million", "5,000,000 dollars"],
    ["5 million dollars", "$5000 thousand"],
    ["2 dozen", "24"],
    ["5½ km", "5500 m"],
    ["5 000 m", "5 km"],
  ])("%s and %s", async (response, answer) => {
    expect(await passes(response, answer)).toBe(true);
    expect(await passes(response, answer, { units: "optional" })).toBe(true);
  });
});

describe("numeric with units tells apart", () => {
  it.each([
    ["10^3 m", "3 m"],
    ["$5 million", "$5"],
    ["5 million", "5 billion"],
    ["5 squared m", "5 m"],
    ["2^3 m", "3 m"],
    ["2^{3} m", "3 m"],
    ["5 m", "5 km"],
    ["5 mW", "5 MW"],
    ["5 kg", "5 km"],
    ["5 km", "5 km/h"],
    ["5 nm", "5 Nm"],
    ["5 Nm", "5 nm"],
    ["5 N", "5 Ns"],
    ["1 MG", "1 mg"],
    ["1 MM", "1 mm"],
    ["5 m", "5 m^2"],
    ["5 s", "5 m"],
    ["$5", "5 €"],
    ["25 °C", "25 K"],
    ["90 deg", "90 rad"],
    ["5 ft 3 in", "5 ft"],
    ["30 days", "1 month"],
    ["5 km in 3 trips", "5 km"],
    ["the area is 25 m^2", "2 m^2"],
  ])("%s and %s", async (response, answer) => {
    expect(await passes(response, answer)).toBe(false);
    expect(await passes(response, answer, { units: "optional" })).toBe(false);
  });
});

describe("numeric with units", () => {
  it("passes a number without one where it is optional, and only there", async () => {
    for (const response of ["5", "5 pieces", "It is 5 in total", "5 a day", "5."]) {
      expect(await passes(response, "5 km")).toBe(false);
      expect(await passes(response, "5 km", { units: "optional" })).toBe(true);
      expect(await passes(response, "5000 m", { units: "optional" })).toBe(false);
    }
  });

  it("does not look at a unit that the answer does not have", async () => {
    expect(await passes("5 km", "5")).toBe(true);
    expect(await passes("5 km", "5000")).toBe(false);
  });

  it("takes words that are no unit for what is counted", async () => {
    for (const response of ["5", "5 apples", "There are 5 apples left.", "5 pieces"]) {
      expect(await passes(response, "5 apples")).toBe(true);
      expect(await passes(response, "6 apples")).toBe(false);
    }
    expect(await passes("5 km", "5 apples")).toBe(false);
    expect(await passes("5 apples", "5 km")).toBe(false);
    expect(await passes("5 apples", "5 green apples", { read: "whole" })).toBe(true);
    expect(await passes("24 eggs", "2 dozen eggs")).toBe(true);
  });

  it("takes the tolerances in the answer's unit", async () => {
    expect(await passes("5.1 km", "5000 m", { absolute: 100 })).toBe(true);
    expect(await passes("5.1001 km", "5000 m", { absolute: 100 })).toBe(false);
    expect(await passes("5.05 km", "5000 m", { relative: 0.01 })).toBe(true);
    expect(await passes("299.15 K", "25 °C", { relative: 0.04 })).toBe(true);
    expect(await passes("300.15 K", "25 °C", { relative: 0.04 })).toBe(false);
  });

  it("reads the whole response when asked", async () => {
    expect(await passes(" 5 km. ", "5 km", { read: "whole" })).toBe(true);
    expect(await passes("It is 5 km", "5 km", { read: "whole" })).toBe(false);
    expect(await passes("5 km far", "5 km", { read: "whole" })).toBe(false);
    expect(await passes("$5", "5 USD", { read: "whole" })).toBe(true);
  });

  it("extracts one text for equal values", async () => {
    for (const response of ["5 km", "5000 m", "500,000 cm"]) {
      expect(await judge(response, "5 km")).toMatchObject({ extracted: "5000 m" });
    }
    expect(await judge("36 km/h", "1 m/s")).toMatchObject({ extracted: "10 m s^-1" });
    expect(await judge("5", "5 km", { units: "optional" })).toMatchObject({ extracted: "5000 m" });
    expect(await judge("1/3 ft", "1 m")).toMatchObject({ extracted: "0.1016 m" });
  });

  it("never blames the response for an answer with a unit that it does not know", async () => {
    for (const answer of ["5 or six", "km", "5 km/h fast", "5 km 3 s", "5 apples for 3 days", "5 squared"]) {
      expect(await judge("5", answer)).toMatchObject({ status: "error" });
    }
  });

  it("leaves units alone unless asked", async () => {
    expect(await passes("5 km", "5", { units: "ignored" })).toBe(true);
    expect(await judge("5 km", "5 km", { units: "ignored" })).toMatchObject({ status: "error" });
  });

  it("converts exactly, whatever the units", async () => {
    const meters = {
      m: [1n, 1n],
      km: [1000n, 1n],
      in: [254n, 10_000n],
      mi: [1_609_344n, 1000n],
      μm: [1n, 1_000_000n],
    } as const;
    const unit = fc.constantFrom(...(Object.keys(meters) as (keyof typeof meters)[]));
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 1n, max: 10n ** 30n }), unit, unit, async (value, from, to) => {
        const [top, bottom] = [meters[from][0] * meters[to][1], meters[from][1] * meters[to][0]];
        expect(await passes(`${value} ${from}`, `${value * top}/${bottom} ${to}`)).toBe(true);
        expect(await passes(`${value} ${from}`, `${value * top + 1n}/${bottom} ${to}`)).toBe(false);
      }),
    );
  });
});

describe("numeric with units on hostile text", () => {
  it.each([
    ["units", "5 km ".repeat(2_000_000)],
    ["products", `5 ${"m*".repeat(5_000_000)}`],
    ["quotients in brackets", `5 ${"m/(".repeat(3_000_000)}`],
    ["powers", `5 ${"m^9*".repeat(2_500_000)}`],
    ["dollars", "$5".repeat(5_000_000)],
    ["fonts", "\\text{".repeat(1_600_000)],
    ["fractions", "\\frac{".repeat(1_600_000)],
    ["superscripts", "⁹".repeat(5_000_000)],
    ["powers of ten", "×10^9".repeat(2_000_000)],
    ["parts of sums", "5 km 4 m 3 cm ".repeat(700_000)],
    ["large numbers", "1e999 Tm^9/fm^9 ".repeat(600_000)],
    ["NUL bytes", "\0".repeat(10_000_000)],
    ["lone surrogates", "\ud800".repeat(5_000_000)],
  ])("%s: judged within the deadline", async (_, text) => {
    expect(await judge(text, "7 km")).toMatchObject({ status: "ok", passed: false });
    expect(await judge(text, "7 km", { read: "whole", units: "optional" })).toMatchObject({
      status: "ok",
      passed: false,
    });
  });
});
