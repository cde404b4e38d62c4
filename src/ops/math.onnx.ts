/** How arithmetic with two operands, sums, casts and sequences are written in ONNX. */
import { failUnless, withOneShape } from "../onnx/checks.ts";
import type { OnnxOperator } from "../onnx/model/operators.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { constantNumbers, haveSameShape } from "../onnx/static-knowledge.ts";
import { log1p } from "./elementary.onnx.ts";
import type { mathDefs } from "./math.defs.ts";

type Pair = readonly [OnnxValue, OnnxValue];
type Binary = (onnx: OnnxBuilder, inputs: Pair) => Lowered;

/** An operator that does the same, broadcasting as TensorFlow does. */
function same(type: OnnxOperator) {
  return (onnx: OnnxBuilder, inputs: Pair): OnnxValue => onnx.node(type, inputs);
}

/** One rule for fractions, another for integers. */
function byKind(fractions: Binary, integers: Binary): Binary {
  return (onnx, inputs) => (inputs[0].dtype.isFloating ? fractions : integers)(onnx, inputs);
}

const mayDivideByZero = unsupported(
  "an integer divided by zero ends ONNX Runtime's process instead of the step; the divisor is no constant without 0 and -1",
);

/** Integers divided by what is known to be neither 0 nor −1: the least integer divided by −1 has no value, and ends the process, too. */
function bySafeDivisor(rule: (onnx: OnnxBuilder, x: OnnxValue, y: OnnxValue, isPositive: boolean) => Lowered): Binary {
  return (onnx, [x, y]) => {
    const divisors = constantNumbers(y);
    if (divisors === null || divisors.some((divisor) => divisor === 0 || divisor === -1)) return mayDivideByZero;
    return rule(
      onnx,
      x,
      y,
      divisors.every((divisor) => divisor > 0),
    );
  };
}

const truncatedQuotient = bySafeDivisor((onnx, x, y) => onnx.node("Div", [x, y]));

/** Rounds the quotient down: it is one less than the truncated one when the remainder is negative. */
const floorQuotient = bySafeDivisor((onnx, x, y, isPositive) => {
  if (!isPositive) return unsupported("the divisor is negative");
  const quotient = onnx.node("Div", [x, y]);
  const rest = onnx.node("Sub", [x, onnx.node("Mul", [quotient, y])]);
  const isNegative = onnx.node("Less", [rest, onnx.scalar(0, x.dtype)]);
  return onnx.node("Sub", [quotient, onnx.cast(isNegative, x.dtype)]);
});

/** The remainder with the dividend's sign, as C's. */
const truncatedRemainder = bySafeDivisor((onnx, x, y) => onnx.node("Mod", [x, y], { fmod: 1 }));

/** The remainder with the divisor's sign, as Python's. */
const floorRemainder = bySafeDivisor((onnx, x, y) => onnx.node("Mod", [x, y]));

function cRemainder(onnx: OnnxBuilder, inputs: Pair): OnnxValue {
  return onnx.node("Mod", inputs, { fmod: 1 });
}

function pythonRemainder(onnx: OnnxBuilder, [x, y]: Pair): OnnxValue {
  const zero = onnx.scalar(0, x.dtype);
  const rest = cRemainder(onnx, [x, y]);
  const differ = onnx.node("Xor", [onnx.node("Less", [rest, zero]), onnx.node("Less", [y, zero])]);
  const isBroken = onnx.node("Not", [onnx.node("Equal", [rest, zero])]);
  // ONNX Runtime's Where keeps the sign of zero of its last operand only.
  return onnx.node("Where", [onnx.node("And", [isBroken, differ]), onnx.node("Add", [rest, y]), rest]);
}

/** `value`, but zero wherever `at` is zero, whatever `value` is there. */
function zeroWhere(onnx: OnnxBuilder, at: OnnxValue, value: OnnxValue): OnnxValue {
  const zero = onnx.scalar(0, at.dtype);
  return onnx.node("Where", [onnx.node("Equal", [at, zero]), zero, value]);
}

/** Whole numbers from start up to limit, or down to it; a limit on the wrong side of the start fails. */
function sequence(onnx: OnnxBuilder, [start, limit, delta]: readonly [OnnxValue, OnnxValue, OnnxValue]): Lowered {
  if (!start.dtype.isInteger) return unsupported("how many fractions there are is a matter of rounding");
  if ([start, limit, delta].some(({ shape }) => shape.rank !== 0)) return unsupported("its bounds may be no scalars");
  const step = constantNumbers(delta)?.[0] ?? 0;
  if (step === 0) return unsupported("the step is no constant, or zero");
  const [low, high] = step > 0 ? [start, limit] : [limit, start];
  const made = onnx.node("Range", [start, limit, delta], {}, [null]);
  const [least, most] = [constantNumbers(low)?.[0], constantNumbers(high)?.[0]];
  const isSafe = least !== undefined && most !== undefined && least <= most;
  return isSafe ? made : failUnless(onnx, onnx.node("LessOrEqual", [low, high]), made);
}

/** Adds one after the other, as TensorFlow does. ONNX's own Sum would broadcast. */
function addAll(onnx: OnnxBuilder, inputs: readonly OnnxValue[]): Lowered {
  const checked = withOneShape(onnx, inputs);
  if (checked === null) return unsupported("it is not known that all inputs have as many axes");
  const [first, ...rest] = checked as readonly [OnnxValue, ...OnnxValue[]];
  if (rest.length === 0) return onnx.node("Identity", [first]);
  return rest.reduce((sum, input) => onnx.node("Add", [sum, input]), first);
}

const noPower = unsupported("ONNX Runtime computes powers of integers in floating point, and takes negative exponents");
const noCast = unsupported("what lies outside of the type's range becomes something else in ONNX Runtime");

/** The rules of this family. */
export const mathOnnx = onnxRules<typeof mathDefs>()({
  Add: same("Add"),
  AddV2: same("Add"),
  Sub: same("Sub"),
  Mul: same("Mul"),
  Div: byKind(same("Div"), truncatedQuotient),
  RealDiv: byKind(same("Div"), () => unsupported("TensorFlow has no kernel for it, either")),
  FloorDiv: byKind((onnx, inputs) => onnx.node("Floor", [onnx.node("Div", inputs)]), floorQuotient),
  TruncateDiv: byKind(() => unsupported("ONNX has no rounding towards zero"), truncatedQuotient),
  FloorMod: byKind(pythonRemainder, floorRemainder),
  TruncateMod: byKind(cRemainder, truncatedRemainder),
  Mod: byKind(cRemainder, truncatedRemainder),
  Pow: byKind(same("Pow"), () => noPower),
  Maximum: same("Max"),
  Minimum: same("Min"),
  SquaredDifference: (onnx, inputs) => {
    const difference = onnx.node("Sub", inputs);
    return onnx.node("Mul", [difference, difference]);
  },
  DivNoNan: (onnx, [x, y]) => zeroWhere(onnx, y, onnx.node("Div", [x, y])),
  MulNoNan: (onnx, [x, y]) => zeroWhere(onnx, y, onnx.node("Mul", [x, y])),
  Xdivy: (onnx, [x, y]) => zeroWhere(onnx, x, onnx.node("Div", [x, y])),
  Xlogy: (onnx, [x, y]) => zeroWhere(onnx, x, onnx.node("Mul", [x, onnx.node("Log", [y])])),
  Xlog1py: (onnx, [x, y]) => zeroWhere(onnx, x, onnx.node("Mul", [x, log1p(onnx, y)])),
  Atan2: unsupported("ONNX has no Atan2"),
  AddN: (onnx, [inputs]) => addAll(onnx, inputs),
  Cast: (onnx, [x], { DstT, Truncate }) => {
    if (Truncate) return unsupported("ONNX rounds where TensorFlow is asked to truncate");
    if (x.dtype.isFloating && DstT.isInteger && DstT.isUnsigned) return noCast;
    return x.dtype === DstT ? onnx.node("Identity", [x]) : onnx.cast(x, DstT);
  },
  ClipByValue: (onnx, [t, low, high]) => {
    const fits = (bound: OnnxValue): boolean => bound.shape.rank === 0 || haveSameShape(bound, t);
    if (!fits(low) || !fits(high)) return unsupported("it is not known that the bounds fit the value");
    const bounds = [...(constantNumbers(low) ?? [Number.NaN]), ...(constantNumbers(high) ?? [Number.NaN])];
    if (!bounds.some(Number.isNaN)) return onnx.node("Max", [onnx.node("Min", [t, high]), low]);
    // A bound that is not a number does not bind, where Min and Max would give it.
    const bounded = onnx.node("Where", [onnx.node("Less", [high, t]), high, t]);
    return onnx.node("Where", [onnx.node("Less", [bounded, low]), low, bounded]);
  },
  LinSpace: unsupported("its number of elements is checked, which ONNX has no way to do"),
  Range: (onnx, inputs) => sequence(onnx, inputs),
});
