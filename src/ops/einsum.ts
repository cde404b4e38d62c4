/** Builder of sums of products by an equation. Mirrors `einsum`, python/ops/special_math_ops.py. */
import { ArgumentError, UnsupportedFeatureError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { einsumDefs as defs } from "./einsum.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";

/** Stands for the ellipsis while an equation is checked. */
const ELLIPSIS = "0";

/** The equation with its output written out. @throws {ArgumentError} with TensorFlow's text. */
function resolved(equation: string, count: number): string {
  const withoutSpaces = equation.replaceAll(" ", "");
  const hasEllipsis = equation.includes("...");
  if (hasEllipsis && withoutSpaces.includes(ELLIPSIS))
    throw new ArgumentError(`Invalid character "${ELLIPSIS}" in equation: ${equation}.`, { equation });
  const text = withoutSpaces.replaceAll("...", ELLIPSIS);
  const [, left, right] =
    (hasEllipsis ? /^([a-zA-Z0,]*)(->[a-zA-Z0]*)?$/ : /^([a-zA-Z,]*)(->[a-zA-Z]*)?$/).exec(text) ?? [];
  if (left === undefined) throw new ArgumentError(`Subscripts have incorrect format: ${text}`, { equation });
  const wanted = left.split(",").length;
  if (wanted !== count)
    throw new ArgumentError(`Got ${count} inputs for equation "${equation}", expecting ${wanted}`, { equation, count });
  const labels = left.split("").filter((label) => label !== ",");
  const once = [...new Set(labels)].filter((label) => labels.indexOf(label) === labels.lastIndexOf(label)).sort();
  const output = right === undefined ? once.join("") : right.slice(2);
  checkOutput(output, labels, equation);
  const whole = right === undefined ? `${text}->${output}` : text;
  return whole.replaceAll(ELLIPSIS, "...");
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

/**
 * Sums of products by an equation: each dimension has a letter, and letters that the output lacks are summed over.
 *
 * Shapes: as the equation says; `...` stands for dimensions that broadcast. Without `->`, the output has the letters that stand once, in
 * their order. Dtypes: float16, bfloat16, float32, float64, int32, int64; all alike.
 *
 * @throws {ArgumentError} for what is no equation, or of other inputs. @throws {ShapeError} when sizes do not fit.
 * @throws {UnsupportedFeatureError} for more than two inputs.
 * @remarks Differs from TensorFlow: more than two inputs are not taken, as their order of multiplication is searched for there.
 * @see TensorFlow `einsum`, python/ops/special_math_ops.py; `Einsum`, core/ops/linalg_ops.cc
 * @example
 * const [x, y] = [constant([[1, 2]]), constant([[3], [4]])];
 * session.runSync(einsum("ij,jk->ik", [x, y])).toArray(); // [[11]]
 */
export function einsum(equation: string, inputs: readonly TensorLike[], options: NameOption = {}): Tensor {
  return inOpScope(options.name, "einsum", [inputs], () => {
    const whole = resolved(equation, inputs.length);
    if (inputs.length > 2)
      throw new UnsupportedFeatureError("einsum of more than two inputs is not supported\n  instead  two at a time", {
        equation,
      });
    return applyOp1(defs.Einsum, [inputs], { equation: whole });
  });
}
