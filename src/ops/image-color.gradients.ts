/**
 * How conversions between color spaces are differentiated. Mirrors python/ops/image_grad.py.
 *
 * The formulas, with V the largest channel, S = 1 - smallest / V, and H 60° times the place of the color on the wheel. Each
 * derivative is a sum of products, of which a mask (which channel is the largest, which the smallest) leaves one.
 */
import { dense, minus, type Operand, over, plus, times } from "../gradients/operators.ts";
import { type Gradient, gradientRules, noRule, notDifferentiable } from "../gradients/rule.ts";
import type { Tensor } from "../graph/tensor.ts";
import { cast } from "./cast.ts";
import { stack } from "./concat.ts";
import { divNoNan } from "./division.ts";
import { square } from "./elementary.ts";
import type { imageColorDefs } from "./image-color.defs.ts";
import { add } from "./math.ts";

/** A channel, and masks of where it is the largest or the smallest one. */
interface Channel {
  readonly value: Tensor;
  readonly isBiggest: Tensor;
  readonly isSmallest: Tensor;
}

/** `1 / x`, and 0 for 0. */
function inverse(x: Tensor): Tensor {
  return divNoNan(cast(1, x.dtype), x);
}

/** A product of factors that are built as they are multiplied. */
function chain(first: Operand, ...factors: readonly (() => Operand)[]): Tensor {
  return factors.reduce<Operand>((product, factor) => times(product, factor()), first) as Tensor;
}

/** One channel's derivatives are those of another with the names changed: `own` and the two others. */
interface Roles {
  readonly own: Channel;
  readonly first: Channel;
  readonly second: Channel;
}

function isPositive({ value }: Channel): Tensor {
  return cast(value.greater(0), value.dtype);
}

/** ∂S/∂own: smallest / own² where it is the largest, -1 / largest where it is the smallest. */
function saturationBy({ own, first, second }: Roles, [p, q]: readonly [Channel, Channel]): Tensor {
  const mask = isPositive(own);
  const low = add(times(first.isSmallest, first.value), times(second.isSmallest, second.value));
  const asBiggest = chain(times(own.isBiggest, low), () => inverse(square(own.value)));
  const asSmallest = chain(times(own.isSmallest, -1), () =>
    inverse(plus(times(p.isBiggest, p.value), times(q.isBiggest, q.value))),
  );
  return times(mask, add(asBiggest, asSmallest));
}

/** One summand of ∂H: 60 times a product. */
function degrees(first: Operand, ...factors: readonly (() => Operand)[]): Tensor {
  return times(60, chain(first, ...factors));
}

/** The summand of ∂H/∂own where own is the largest channel. */
function hueAsBiggest({ own, first, second }: Roles, saturation: Tensor, value: Tensor): Tensor {
  return degrees(
    isPositive(own),
    () => own.isBiggest,
    () => -1,
    () => minus(first.value, second.value),
    () => inverse(square(saturation)),
    () => inverse(square(value)),
  );
}

/** The summand of ∂H/∂own where `biggest` is the largest and own the smallest channel. */
function hueAsSmallest(own: Channel, biggest: Channel, up: Channel, down: Channel, from: Channel, to: Channel): Tensor {
  return degrees(
    isPositive(biggest),
    () => biggest.isBiggest,
    () => own.isSmallest,
    () => minus(up.value, down.value),
    () => inverse(square(minus(from.value, to.value))),
  );
}

/** The summand where own lies between `biggest` and `smallest`. */
function hueBetween(biggest: Channel, smallest: Channel, sign: 1 | -1, from: Channel, to: Channel): Tensor {
  const factors = [() => biggest.isBiggest, () => smallest.isSmallest];
  const turned = sign === 1 ? factors : [...factors, () => -1];
  return degrees(isPositive(biggest), ...turned, () => inverse(minus(from.value, to.value)));
}

function average(parts: readonly Tensor[]): Tensor {
  const [first, ...rest] = parts as readonly [Tensor, ...Tensor[]];
  return over(rest.reduce<Tensor>((sum, part) => plus(sum, part), first), 360); // biome-ignore format: one call
}

/** The gradient of one of H, S and V, spread over the channels. */
function spread(grad: Tensor, channel: string, slopes: readonly Tensor[]): Tensor {
  return stack(
    slopes.map((slope) => times(grad.at(channel), slope)),
    { axis: -1 },
  );
}

function rgbToHsvRule(images: Tensor, output: Tensor, grad: Gradient): Tensor {
  const [r, g, b] = ["..., 0", "..., 1", "..., 2"].map((place) => images.at(place)) as [Tensor, Tensor, Tensor];
  const saturation = output.at("..., 1");
  const value = output.at("..., 2");
  const mask = (both: Tensor, other: Tensor): Tensor => cast(both.and(other), images.dtype.baseDtype);
  // Every mask compares with the two other channels; of equal ones, one is the largest.
  const biggestR = mask(r.greaterEqual(b), r.greaterEqual(g));
  const biggestG = mask(g.greater(r), g.greaterEqual(b));
  const biggestB = mask(b.greater(r), b.greater(g));
  const smallestR = mask(r.less(b), r.less(g));
  const smallestG = mask(g.lessEqual(r), g.less(b));
  const smallestB = mask(b.lessEqual(r), b.lessEqual(g));
  const red: Channel = { value: r, isBiggest: biggestR, isSmallest: smallestR };
  const green: Channel = { value: g, isBiggest: biggestG, isSmallest: smallestG };
  const blue: Channel = { value: b, isBiggest: biggestB, isSmallest: smallestB };
  const bySaturation = [
    saturationBy({ own: red, first: green, second: blue }, [green, blue]),
    saturationBy({ own: green, first: red, second: blue }, [red, blue]),
    saturationBy({ own: blue, first: green, second: red }, [green, red]),
  ];
  const byHue = [
    average([
      hueAsBiggest({ own: red, first: green, second: blue }, saturation, value),
      hueAsSmallest(red, green, blue, green, red, green),
      hueBetween(green, blue, -1, green, blue),
      hueAsSmallest(red, blue, blue, green, blue, red),
      hueBetween(blue, green, 1, blue, green),
    ]),
    average([
      hueAsBiggest({ own: green, first: blue, second: red }, saturation, value),
      hueAsSmallest(green, red, red, blue, red, green),
      hueBetween(red, blue, 1, red, blue),
      hueAsSmallest(green, blue, red, blue, blue, green),
      hueBetween(blue, red, -1, blue, red),
    ]),
    average([
      hueAsBiggest({ own: blue, first: red, second: green }, saturation, value),
      hueAsSmallest(blue, red, green, red, red, blue),
      hueBetween(red, green, -1, red, green),
      hueAsSmallest(blue, green, green, red, green, blue),
      hueBetween(green, red, 1, green, red),
    ]),
  ];
  const whole = dense(grad);
  const byV = spread(whole, "..., 2", [biggestR, biggestG, biggestB]);
  const byS = spread(whole, "..., 1", bySaturation);
  const byH = spread(whole, "..., 0", byHue);
  return add(add(byV, byS), byH);
}

export const imageColorGradients = gradientRules<typeof imageColorDefs>()({
  RGBToHSV: ({ inputs: [images], output }, grad) => rgbToHsvRule(images, output, grad),
  HSVToRGB: notDifferentiable,
  AdjustContrastv2: noRule,
  AdjustHue: noRule,
  AdjustSaturation: noRule,
});
