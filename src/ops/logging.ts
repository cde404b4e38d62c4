/** Builders of the ops that check and print while a step runs. Mirrors `Assert`, python/ops/control_flow_assert.py, and python/ops/logging_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { isPlainObject, pythonText } from "../base/text.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Operation } from "../graph/operation.ts";
import { publicCall } from "../graph/public-call.ts";
import { Tensor } from "../graph/tensor.ts";
import { int32, string } from "../tensor/dtype.ts";
import { cond } from "./cond.ts";
import { controlFlowDefs } from "./control-flow.defs.ts";
import { loggingDefs } from "./logging.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";

/** Options of `Assert`. */
export interface AssertOptions extends NameOption {
  /** How many elements of each tensor are shown; -1 for all; default 3. */
  readonly summarize?: number | null | undefined;
}

/**
 * Fails the step with `InvalidArgumentError` unless a condition is true; the message shows `data`.
 *
 * The op runs only when it is fetched or something depends on it: `controlDependencies([Assert(…)], …)`.
 * Where all data are strings or int32 the op stands alone; otherwise it hangs in a conditional, as in TensorFlow.
 *
 * Shapes: condition `[]`; data any. Dtypes: condition bool; data any.
 *
 * @throws {ArgumentTypeError} when data is not a list.
 * @see TensorFlow `Assert`, python/ops/control_flow_assert.py; core/ops/logging_ops.cc
 * @example
 * const x = constant([1, 2]);
 * Assert(reduceAll(x.greater(0)), [constant("x must be positive:"), x]).type; // "Merge"
 */
export function Assert(condition: TensorLike, data: readonly TensorLike[], options: AssertOptions = {}): Operation {
  const summarize = options.summarize ?? undefined;
  return inOpScope(options.name, "Assert", [condition, data], () => {
    const shown = Array.isArray(data) ? data.map((item: unknown) => convertToTensor(item)) : [];
    const assertion = (checked: TensorLike): Operation =>
      applyOp(loggingDefs.Assert, [checked, data], { summarize }, "Assert");
    if (shown.every((tensor) => tensor.dtype === string || tensor.dtype === int32)) return assertion(condition);
    const checked = convertToTensor(condition, { name: "Condition" });
    return cond(
      checked,
      () => applyOp(controlFlowDefs.NoOp, []),
      () => assertion(checked),
      { name: "AssertGuard" },
    ).op;
  });
}

/** Options of `Print`. */
export interface PrintOptions extends NameOption {
  /** Stands before the data. */
  readonly message?: string | null | undefined;
  /** How often a session prints; a negative number, the default, means always. */
  readonly firstN?: number | null | undefined;
  /** How many elements of each tensor are shown; -1 for all; default 3. */
  readonly summarize?: number | null | undefined;
}

/**
 * Passes a tensor on and prints others when a step computes it.
 *
 * Shapes and dtypes: any; the result is input.
 *
 * @remarks The line appears when the step has succeeded.
 * @see TensorFlow `tf.compat.v1.Print`, python/ops/logging_ops.py
 * @example
 * const x = constant([1, 2]);
 * const same = Print(x, [x], { message: "x is " }); // x is [1 2]
 */
export function Print(input: TensorLike, data: readonly TensorLike[], options: PrintOptions = {}): Tensor {
  const { message, firstN, summarize, name } = options;
  const attrs = { message: message ?? undefined, first_n: firstN ?? undefined, summarize: summarize ?? undefined };
  return applyOp1(loggingDefs.Print, [input, data], attrs, name);
}

const streams = ["stdout", "stderr", "log(info)", "log(warning)", "log(error)"];

/** Options of `print`. */
export interface PrintTextOptions extends NameOption {
  /** `stderr` (default), `stdout`, `log(info)`, `log(warning)`, `log(error)`, or `file://` and a path. */
  readonly outputStream?: string | undefined;
  /** How many elements are shown at each end of each axis; -1 for all; default 3. */
  readonly summarize?: number | undefined;
  /** Between the inputs; default one space. */
  readonly sep?: string | undefined;
  /** After the text; default a line break. */
  readonly end?: string | undefined;
}

/**
 * Prints values when a step runs the op: tensors with their values, everything else as Python would print it.
 *
 * @param inputs what is printed, in this order: tensors, plain values, lists and objects of them.
 * @throws {ArgumentError} for an unknown stream.
 * @remarks Differs from TensorFlow: inputs come as one list; long structures are not broken into lines. What appears where, and
 * that a line ends, is the session's affair: the stream's name is kept in the graph.
 * @see TensorFlow `tf.print`, python/ops/logging_ops.py
 * @example
 * print(["x is", constant([1, 2])]).type; // "PrintV2"
 */
export function print(inputs: readonly unknown[], options: PrintTextOptions = {}): Operation {
  const { outputStream = "stderr", summarize = 3, sep = " ", end = "\n" } = options;
  if (!streams.includes(outputStream) && !outputStream.startsWith("file://")) {
    throw new ArgumentError(
      `Unsupported output stream, logging level, or file.${outputStream}. Supported streams are sys.stdout, sys.stderr, tf.logging.info, tf.logging.warning, tf.logging.error. File needs to be in the form of 'file://<filepath>'.\n  here they are called ${streams.join(", ")}`,
      { outputStream },
    );
  }
  return publicCall(() => {
    const name = options.name ?? undefined;
    const formatName = name === undefined ? undefined : `${name}_format`;
    const text = loneText(inputs) ?? formatted(inputs, sep, summarize, formatName);
    return applyOp(loggingDefs.PrintV2, [text], { output_stream: outputStream, end }, name);
  });
}

/** A single scalar string needs no formatting. */
function loneText(inputs: readonly unknown[]): Tensor | null {
  const [first] = inputs;
  return inputs.length === 1 && first instanceof Tensor && first.dtype === string && first.shape.rank === 0
    ? first
    : null;
}

function formatted(inputs: readonly unknown[], sep: string, summarize: number, name: string | undefined): Tensor {
  const withoutTensors = inputs.map((input) => valueText(input, () => "", false)).join(" ");
  const placeholder = placeholderNotIn(withoutTensors);
  const tensors: Tensor[] = [];
  const take = (tensor: Tensor): string => {
    tensors.push(tensor);
    return placeholder;
  };
  const template = inputs.map((input) => (typeof input === "string" ? input : valueText(input, take, false))).join(sep);
  return applyOp1(loggingDefs.StringFormat, [tensors], { template, placeholder, summarize }, name);
}

/** What TensorFlow appends to a placeholder that occurs in the text: Python's random digits of seed 5. */
const PLACEHOLDER_DIGITS = "945807302157368193036426";

function placeholderNotIn(text: string): string {
  let length = 0;
  while (text.includes(`{}${PLACEHOLDER_DIGITS.slice(0, length)}`) && length < PLACEHOLDER_DIGITS.length) length += 1;
  return `{}${PLACEHOLDER_DIGITS.slice(0, length)}`;
}

/** A value as Python's `pprint` shows it, keys sorted; `take` gives the text of a tensor. */
function valueText(value: unknown, take: (tensor: Tensor) => string, isNested: boolean): string {
  if (value instanceof Tensor) return take(value);
  if (Array.isArray(value)) return `[${value.map((item) => valueText(item, take, true)).join(", ")}]`;
  if (isPlainObject(value)) {
    const entries = Object.keys(value)
      .sort()
      .map((key) => `${quoted(key)}: ${valueText(value[key], take, true)}`);
    return `{${entries.join(", ")}}`;
  }
  return typeof value === "string" && isNested ? quoted(value) : pythonText(value);
}

function quoted(text: string): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t").replaceAll("\r", "\\r");
  if (!escaped.includes("'")) return `'${escaped}'`;
  return escaped.includes('"') ? `'${escaped.replaceAll("'", "\\'")}'` : `"${escaped}"`;
}
