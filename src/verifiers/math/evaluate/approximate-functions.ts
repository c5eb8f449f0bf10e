import { Complex } from "complex.js";
import { deriveSeed, uniformAt } from "../../../core/random.ts";
import { add, type Approximation, multiply, rounded, scale, sizeOf, ULP } from "./approximation.ts";

type ComplexFunction = (argument: Complex) => Complex;

/** Functions with their derivatives, which say how an error of the argument grows. */
const FUNCTIONS: ReadonlyMap<string, readonly [ComplexFunction, ComplexFunction]> = new Map([
  ["ln", [(x) => x.log(), (x) => x.inverse()]],
  ["sin", [(x) => x.sin(), (x) => x.cos()]],
  ["cos", [(x) => x.cos(), (x) => x.sin()]],
  ["tan", [(x) => x.tan(), (x) => x.cos().pow(-2)]],
  ["cot", [(x) => x.cot(), (x) => x.sin().pow(-2)]],
  ["sec", [(x) => x.sec(), (x) => x.sec().mul(x.tan())]],
  ["csc", [(x) => x.csc(), (x) => x.csc().mul(x.cot())]],
  ["arcsin", [(x) => x.asin(), (x) => Complex.ONE.sub(x.mul(x)).pow(-0.5)]],
  ["arccos", [(x) => x.acos(), (x) => Complex.ONE.sub(x.mul(x)).pow(-0.5)]],
  ["arctan", [(x) => x.atan(), (x) => Complex.ONE.add(x.mul(x)).inverse()]],
  ["arccot", [(x) => x.acot(), (x) => Complex.ONE.add(x.mul(x)).inverse()]],
  [
    "arcsec",
    [
      (x) => x.asec(),
      (x) =>
        x
          .mul(x)
          .mul(Complex.ONE.sub(x.mul(x).inverse()).pow(0.5))
          .inverse(),
    ],
  ],
  [
    "arccsc",
    [
      (x) => x.acsc(),
      (x) =>
        x
          .mul(x)
          .mul(Complex.ONE.sub(x.mul(x).inverse()).pow(0.5))
          .inverse(),
    ],
  ],
  ["arcsinh", [(x) => x.asinh(), (x) => Complex.ONE.add(x.mul(x)).pow(-0.5)]],
  ["arccosh", [(x) => x.acosh(), (x) => x.mul(x).sub(1).pow(-0.5)]],
  ["arctanh", [(x) => x.atanh(), (x) => Complex.ONE.sub(x.mul(x)).inverse()]],
  ["arccoth", [(x) => x.acoth(), (x) => Complex.ONE.sub(x.mul(x)).inverse()]],
  ["arcsech", [(x) => x.asech(), (x) => x.mul(Complex.ONE.sub(x.mul(x)).pow(0.5)).inverse()]],
  ["arccsch", [(x) => x.acsch(), (x) => x.mul(Complex.ONE.add(x.mul(x)).pow(0.5)).inverse()]],
  ["coth", [(x) => x.coth(), (x) => x.csch().pow(2)]],
  ["sech", [(x) => x.sech(), (x) => x.sech().mul(x.tanh())]],
  ["csch", [(x) => x.csch(), (x) => x.csch().mul(x.coth())]],
  ["sinh", [(x) => x.sinh(), (x) => x.cosh()]],
  ["cosh", [(x) => x.cosh(), (x) => x.sinh()]],
  ["tanh", [(x) => x.tanh(), (x) => x.cosh().pow(-2)]],
]);

/** A function of the reals by its name, continued to complex numbers; null when it is not known. */
export function applyFunction(name: string, argument: Approximation): Approximation | null {
  const functions = FUNCTIONS.get(name);
  if (functions === undefined) return null;
  const [compute, derivative] = functions;
  const value = compute(argument.value);
  // A derivative may be infinite, as that of arcsin at 1: an argument without error does not ask for it.
  const carried = argument.error === 0 ? 0 : sizeOf(derivative(argument.value)) * argument.error;
  return rounded(value, 2 * carried + 4 * ULP * (1 + sizeOf(value)));
}

/** The whole number below (`floor`) or above (`ceil`); null where the error leaves open which one that is. */
export function roundToWhole({ value, error }: Approximation, name: "floor" | "ceil"): Approximation | null {
  const [low, high] = [Math[name](value.re - error), Math[name](value.re + error)];
  return value.im === 0 && low === high && Number.isSafeInteger(low) ? { value: new Complex(low, 0), error: 0 } : null;
}

/** The larger (1) or the smaller (-1) of two values; null where they are not real. */
export function extremeOf(first: Approximation, second: Approximation, direction: 1 | -1): Approximation | null {
  if (first.value.im !== 0 || second.value.im !== 0) return null;
  const { value } = (first.value.re - second.value.re) * direction > 0 ? first : second;
  return { value, error: Math.max(first.error, second.error) };
}

/**
 * The value of a function that nothing is known of, such as f(x): a smooth one with coefficients of its own for each
 * name, so that no law holds for it by chance.
 */
export function callUnknown(name: string, values: readonly Approximation[]): Approximation | null {
  const seed = deriveSeed(0, "math function", name);
  const [first, ...more] = values.map((value, index) => scale(value, 0.5 + uniformAt(seed, index)));
  if (first === undefined) return null;
  const argument = more.reduce(add, first);
  const wave = applyFunction("cos", add(argument, { value: new Complex(uniformAt(seed, values.length), 0), error: 0 }));
  return wave && add(wave, multiply(argument, argument));
}
