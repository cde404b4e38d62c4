/** The equation of an `Einsum` op, taken apart. Mirrors `ParseEinsumEquation`, core/util/einsum_op_util.cc. */
import { ShapeError } from "../base/errors.ts";

/** The labels of one operand, one letter each; those of the dimensions that `...` stands for are between `before` and `after`. */
export interface Subscript {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly hasEllipsis: boolean;
}

/** An equation: what stands for each input, and for the output. */
export interface Equation {
  readonly inputs: readonly Subscript[];
  readonly output: Subscript;
}

/** TensorFlow says "input" of the output, too. */
function parsed(text: string): Subscript {
  const periods = text.split(".").length - 1;
  if (periods > 0 && (periods !== 3 || !text.includes("..."))) {
    throw new ShapeError(
      `Expected at most one ellipsis (...), but found ${periods} periods (.) in the input subscript: ${text}`,
      { subscript: text },
    );
  }
  const [before = "", after = ""] = text.split("...");
  return { before: before.split(""), after: after.split(""), hasEllipsis: periods > 0 };
}

/** All named labels of a subscript. */
export function labelsOf({ before, after }: Subscript): readonly string[] {
  return [...before, ...after];
}

/** @throws {ShapeError} with TensorFlow's text for what is no equation of so many inputs. */
export function parseEquation(equation: string, count: number): Equation {
  const sides = equation.split("->");
  if (sides.length !== 2)
    throw new ShapeError(`Expecting exactly one '->' in einsum equation: ${equation}`, { equation });
  const inputs = (sides[0] as string).split(",").map(parsed);
  const output = parsed(sides[1] as string);
  if (inputs.length !== count) {
    throw new ShapeError(`Expected ${inputs.length} inputs for equation ${equation} but got: ${count}`, {
      equation,
      count,
    });
  }
  return { inputs, output };
}

/** @throws {ShapeError} when the output has a label that no input has. */
export function checkOutput({ inputs, output }: Equation, equation: string): void {
  const known = new Set(inputs.flatMap(labelsOf));
  const missing = labelsOf(output).find((label) => !known.has(label));
  if (missing !== undefined) {
    throw new ShapeError(
      `Einsum output subscripts for equation '${equation}' has label '${missing}' which is not present in the input subscripts`,
      { equation },
    );
  }
}
