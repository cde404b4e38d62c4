/**
 * Decimal digits of binary floating-point numbers, exactly. Not their layout: that is ndarray-text.ts.
 *
 * Gives the digits that NumPy's `dragon4_positional` and `dragon4_scientific` give. Algorithm: free-format printing of
 * Steele and White 1990, in the form of Burger and Dybvig 1996.
 */

/** What tells one binary format from another. */
export interface FloatFormat {
  /** Bits of the mantissa without the implicit one. */
  readonly mantissaBits: number;
  /** Exponent of the smallest normal number. */
  readonly minExponent: number;
}

export const float16Format: FloatFormat = { mantissaBits: 10, minExponent: -14 };
export const float32Format: FloatFormat = { mantissaBits: 23, minExponent: -126 };
export const float64Format: FloatFormat = { mantissaBits: 52, minExponent: -1022 };

/** How many digits are wanted beyond "as few as tell the number from its neighbours". */
export interface DigitLimits {
  /** Counted from the decimal point, or from the first digit. */
  readonly from: "point" | "first";
  /** The last place that may be printed; the digit there is rounded. None without it. */
  readonly max?: number;
  /** Go on at least to this place, with digits of the exact value. */
  readonly min?: number;
}

/** d₀.d₁d₂… × 10^exponent. */
export interface DecimalDigits {
  readonly digits: string;
  readonly exponent: number;
}

const float64 = new Float64Array(1);
const words64 = new Uint32Array(float64.buffer);

/** The fraction `value / scale` with half the distances to the neighbours below and above, all over `scale`. */
interface Scaled {
  value: bigint;
  scale: bigint;
  below: bigint;
  above: bigint;
  /** Numbers with an even mantissa are read back from the middle between neighbours, too. */
  readonly includesMiddle: boolean;
}

function scaled(magnitude: number, { mantissaBits, minExponent }: FloatFormat): Scaled {
  float64[0] = magnitude;
  const high = words64[1] as number;
  const field = high >>> 20;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(words64[0] as number);
  const exponent = Math.max(field, 1) - 1023;
  // The double is whole × 2^(exponent - 52); of that, only the bits of the format can be set.
  const whole = field === 0 ? fraction : fraction | (1n << 52n);
  const unitExponent = Math.max(exponent, minExponent) - mantissaBits;
  const mantissa = whole >> BigInt(unitExponent - (exponent - 52));
  const isPowerOfTwo = mantissa === 1n << BigInt(mantissaBits) && exponent > minExponent;
  const grown = BigInt(Math.max(unitExponent, 0));
  return {
    value: (4n * mantissa) << grown,
    scale: 4n << BigInt(Math.max(-unitExponent, 0)),
    below: (isPowerOfTwo ? 1n : 2n) << grown,
    above: 2n << grown,
    includesMiddle: (mantissa & 1n) === 0n,
  };
}

/** Brings `value / scale` into [1, 10) and gives the power of ten that was taken out. */
function normalize(number: Scaled, magnitude: number): number {
  let exponent = Math.floor(Math.log10(magnitude));
  const power = 10n ** BigInt(Math.abs(exponent));
  if (exponent > 0) {
    number.scale *= power;
  } else {
    number.value *= power;
    number.below *= power;
    number.above *= power;
  }
  // The logarithm is at most one off.
  if (number.value >= 10n * number.scale) {
    number.scale *= 10n;
    exponent += 1;
  } else if (number.value < number.scale) {
    number.value *= 10n;
    number.below *= 10n;
    number.above *= 10n;
    exponent -= 1;
  }
  return exponent;
}

/** The digits of a finite `magnitude` ≥ 0 of this format. */
export function decimalDigits(magnitude: number, format: FloatFormat, limits: DigitLimits): DecimalDigits {
  if (magnitude === 0) return { digits: "0", exponent: 0 };
  const rest = scaled(magnitude, format);
  const exponent = normalize(rest, magnitude);
  const origin = limits.from === "first" ? exponent + 1 : 0;
  const lastPlace = origin - (limits.max ?? Infinity);
  const leastPlace = origin - (limits.min ?? -Infinity);
  let digits = "";
  for (let place = exponent; ; place -= 1) {
    const digit = rest.value / rest.scale;
    rest.value %= rest.scale;
    digits += digit;
    const sides = toldSides(rest);
    if ((sides !== "none" && place <= leastPlace) || place === lastPlace) {
      return roundsUp(rest, digit, sides) ? increment(digits, exponent) : { digits, exponent };
    }
    rest.value *= 10n;
    rest.below *= 10n;
    rest.above *= 10n;
  }
}

/** Where the digits so far may end because no other number is nearer: as they are, one higher in the last place, or either. */
type Sides = "none" | "down" | "up" | "both";

function toldSides({ value, scale, below, above, includesMiddle }: Scaled): Sides {
  const isDown = includesMiddle ? value <= below : value < below;
  const isUp = includesMiddle ? value + above >= scale : value + above > scale;
  if (isDown) return isUp ? "both" : "down";
  return isUp ? "up" : "none";
}

/** Whether the last digit becomes one higher: to the nearer side where both are open, to even digits from the middle. */
function roundsUp({ value, scale }: Scaled, digit: bigint, sides: Sides): boolean {
  if (sides === "up" || sides === "down") return sides === "up";
  const fromMiddle = 2n * value - scale;
  return fromMiddle > 0n || (fromMiddle === 0n && (digit & 1n) === 1n);
}

/** One more in the last place. Nines at the end fall away. */
function increment(digits: string, exponent: number): DecimalDigits {
  let last = digits.length - 1;
  while (last >= 0 && digits[last] === "9") last -= 1;
  if (last < 0) return { digits: "1", exponent: exponent + 1 };
  return { digits: `${digits.slice(0, last)}${Number(digits[last]) + 1}`, exponent };
}
