/** Builder of sums of products by an equation. Mirrors `einsum`, python/ops/special_math_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import { isTensorConvertible, Tensor } from "../graph/tensor.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { type Dimension, TensorShape } from "../tensor/shape.ts";
import { einsumDefs as defs } from "./einsum.defs.ts";
import { contractionsOf } from "./einsum-path.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";

/** Stands for the ellipsis while an equation is checked. */
const ELLIPSIS = "0";

/** An equation that was checked: its output written out, `0` in place of the ellipsis. */
interface Resolved {
  readonly inputs: readonly string[];
  readonly output: string;
}

/** @throws {ArgumentError} with TensorFlow's text. */
function resolved(equation: string, count: number): Resolved {
  const withoutSpaces = equation.replaceAll(" ", "");
  const hasEllipsis = equation.includes("...");
  if (hasEllipsis && withoutSpaces.includes(ELLIPSIS))
    throw new ArgumentError(`Invalid character "${ELLIPSIS}" in equation: ${equation}.`, { equation });
  const text = withoutSpaces.replaceAll("...", ELLIPSIS);
  const [, left, right] =
    (hasEllipsis ? /^([a-zA-Z0,]*)(->[a-zA-Z0]*)?$/ : /^([a-zA-Z,]*)(->[a-zA-Z]*)?$/).exec(text) ?? [];
  if (left === undefined) throw new ArgumentError(`Subscripts have incorrect format: ${text}`, { equation });
  const inputs = left.split(",");
  if (inputs.length !== count) {
    throw new ArgumentError(`Got ${count} inputs for equation "${equation}", expecting ${inputs.length}`, {
      equation,
      count,
    });
  }
  const labels = left.split("").filter((label) => label !== ",");
  const once = [...new Set(labels)].filter((label) => labels.indexOf(label) === labels.lastIndexOf(label)).sort();
  const output = right === undefined ? once.join("") : right.slice(2);
  checkOutput(output, labels, equation);
  return { inputs, output };
}

function withEllipsis(equation: string): string {
  return equation.replaceAll(ELLIPSIS, "...");
}

function checkOutput(output: string, labels: readonly string[], equation: string): void {
  if (new Set(output).size !== output.length)
    throw new ArgumentError(`Output subscripts contain a label appearing more than once: ${equation}`, { equation });
  const missing = output.split("").find((label) => label !== ELLIPSIS && !labels.includes(label));
  if (missing !== undefined) {
    throw new ArgumentError(`Output subscripts contain the label ${missing} not present in the input subscripts.`, {
      equation,
    });
  }
}

/** What is known of an input's dimensions before it is a tensor. */
function knownShape(value: TensorLike): readonly Dimension[] | null {
  if (value instanceof Tensor) return value.shape.dims;
  if (isTensorConvertible(value)) {
    const { shape } = value as { readonly shape?: unknown };
    return shape instanceof TensorShape ? shape.dims : null;
  }
  const hasTensors =
    Array.isArray(value) && value.flat(Infinity).some((one) => one instanceof Tensor || isTensorConvertible(one));
  return hasTensors || value instanceof TensorShape ? null : ndarray(value as Parameters<typeof ndarray>[0]).shape;
}

/** The dimensions of an input, one to a label; those behind an ellipsis count as one. */
function labelledDims(
  labels: string,
  shape: readonly Dimension[],
  index: number,
  equation: string,
): readonly Dimension[] {
  const start = labels.indexOf(ELLIPSIS);
  if (start < 0) {
    if (labels.length === shape.length) return shape;
    throw new ArgumentError(
      `Number of named labels in input #${index} of equation ${equation} must be equal to the number of dimensions in shape ${pythonText(shape)}`,
      { equation, shape },
    );
  }
  if (start !== labels.lastIndexOf(ELLIPSIS))
    throw new ArgumentError(`Too many ellipses in input label ${withEllipsis(labels)}.`, { equation });
  if (labels.length > shape.length + 1) {
    throw new ArgumentError(
      `Too many named labels in ${index}th subscript string of equation ${equation} for input shape ${pythonText(shape)} `,
      { equation, shape },
    );
  }
  const end = start + shape.length + 1 - labels.length;
  // Zeros and unknown dimensions do not count, as in TensorFlow.
  const product = shape.slice(start, end).reduce<number>((before, d) => before * (d || 1), 1);
  const between = Math.min(product, Number.MAX_SAFE_INTEGER);
  return [...shape.slice(0, start), between, ...shape.slice(end)];
}

/** How large each label is, as far as is known; what is not, counts as 1. */
function labelSizes(inputs: readonly string[], values: readonly TensorLike[], equation: string): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const [i, labels] of inputs.entries()) {
    const shape = knownShape(values[i] as TensorLike);
    if (shape === null) continue;
    for (const [k, d] of labelledDims(labels, shape, i, equation).entries()) {
      const label = labels[k] as string;
      if (d !== null) sizes.set(label, Math.max(sizes.get(label) ?? 1, d));
    }
  }
  return sizes;
}

/**
 * Sums of products by an equation: each dimension has a letter, and letters that the output lacks are summed over.
 *
 * Shapes: as the equation says; `...` stands for dimensions that broadcast. Without `->`, the output has the letters that stand once, in
 * their order. Dtypes: float16, bfloat16, float32, float64, int32, int64, complex64, complex128; all alike. More than two inputs are
 * multiplied two at a time, in the order that TensorFlow finds for their known sizes.
 *
 * @throws {ArgumentError} for what is no equation, or of other inputs. @throws {ShapeError} when sizes do not fit.
 * @remarks Differs from TensorFlow: there is no `optimize`; the order of more than two inputs is that of `"greedy"`, TensorFlow's default.
 * @see TensorFlow `einsum`, python/ops/special_math_ops.py; `Einsum`, core/ops/linalg_ops.cc
 * @example
 * const [x, y] = [constant([[1, 2]]), constant([[3], [4]])];
 * session.runSync(einsum("ij,jk->ik", [x, y])).toArray(); // [[11]]
 */
export function einsum(equation: string, inputs: readonly TensorLike[], options: NameOption = {}): Tensor {
  return inOpScope(options.name, "einsum", [inputs], () => {
    const { inputs: subscripts, output } = resolved(equation, inputs.length);
    if (inputs.length <= 2)
      return applyOp1(defs.Einsum, [inputs], { equation: withEllipsis(`${subscripts.join(",")}->${output}`) });
    const left = [...inputs];
    for (const { operands, equation: one } of contractionsOf(
      subscripts,
      output,
      labelSizes(subscripts, inputs, equation),
    )) {
      const taken = operands.map((place) => left.splice(place, 1)[0] as TensorLike);
      left.push(applyOp1(defs.Einsum, [taken], { equation: withEllipsis(one) }));
    }
    return left[0] as Tensor;
  });
}
