/** Runs an op's shape inference, and answers what it asks about constants. The rules themselves stand in the definitions. */
import { NamesakeError, ShapeError } from "../base/errors.ts";
import { type DType, resource } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { scalarShape, shapeOfRank, TensorShape, unknownShape } from "../tensor/shape.ts";
import { summarizeValue } from "../tensor/summary-text.ts";
import { attrText } from "./node-text.ts";
import type { AttrValue, HandleData, InferContext } from "./op-def.ts";
import type { Operation } from "./operation.ts";
import { libraryTables } from "./tables.ts";
import type { Tensor } from "./tensor.ts";

/** Values larger than this are not computed while the graph is built. */
const FOLD_LIMIT = 1024;

/** How many elements of a value errors show. */
const SUMMARY_LIMIT = 256;

/**
 * The static shapes of a new operation's outputs.
 * @throws {ShapeError} with TensorFlow's text and the node.
 */
export function inferShapes(op: Operation): readonly TensorShape[] {
  try {
    return op.def.infer(new NodeContext(op), op.attrs as never);
  } catch (error) {
    if (!(error instanceof NamesakeError) || error.message.includes("{{node ")) throw error;
    throw firstFailure(op) ?? withNode(op, error, new NodeContext(op));
  }
}

/**
 * The error that TensorFlow reports: it infers without values first, and then again with the values that the rule has asked for,
 * until the rule asks for no more. So an error that needs no value hides those that do.
 */
function firstFailure(op: Operation): NamesakeError | null {
  let given = nothingAsked;
  for (;;) {
    const context = new NodeContext(op, given);
    try {
      op.def.infer(context, op.attrs as never);
    } catch (error) {
      if (!(error instanceof NamesakeError)) throw error;
      return withNode(op, error, context);
    }
    const asked = given.and(context.asked);
    if (asked.size === given.size) return null;
    given = asked;
  }
}

function withNode(op: Operation, error: NamesakeError, context: NodeContext): NamesakeError {
  const fields = {
    ...error.fields,
    node: op.name,
    opType: op.type,
    inputShapes: op.inputs.map((input) => input.shape),
    site: op.site,
  };
  // What fails while an input is read as a shape is no matter of this op's rule.
  if (error === context.inputFailure) return new ShapeError(`${error.message}\n  made at ${op.site}`, fields);
  const shapes = op.inputs.map((input) => (input.shape.rank === null ? "?" : input.shape.toBrackets())).join(", ");
  const node = `{{node ${op.name}}} = ${op.type}${attrText(op)}(${op.inputs.map(inputText).join(", ")})`;
  return new ShapeError(
    `${error.message} for '${node}' with input shapes: ${shapes}${context.computedText()}.\n  made at ${op.site}`,
    fields,
  );
}

function inputText(input: Tensor): string {
  return input.index === 0 ? input.op.name : input.name;
}

/** Which inputs a rule has asked for: their values, and what of them is known as a shape. */
class Asked {
  readonly values = new Set<number>();
  readonly shapes = new Set<number>();
  get size(): number {
    return this.values.size + this.shapes.size;
  }
  /** Both together. */
  and(other: Asked): Asked {
    const both = new Asked();
    for (const { values, shapes } of [this, other]) {
      for (const index of values) both.values.add(index);
      for (const index of shapes) both.shapes.add(index);
    }
    return both;
  }
}

const nothingAsked = new Asked();

function listed(title: string, texts: readonly string[], separator: string): string {
  return texts.length === 0 ? "" : ` and with ${title}: ${texts.join(separator)}`;
}

class NodeContext implements InferContext {
  readonly #op: Operation;
  /** The inputs whose values are given; `null` for all. */
  readonly #given: Asked | null;
  /** What the rule has asked for; counted for errors only, as most ops are made without. */
  readonly asked: Asked;
  /** The error of an input that was read as a shape. */
  inputFailure: unknown = null;
  constructor(op: Operation, given: Asked | null = null) {
    this.#op = op;
    this.#given = given;
    this.asked = given === null ? nothingAsked : new Asked();
  }
  /** What TensorFlow adds to an error about values that the rule has seen. */
  computedText(): string {
    const [values, shapes]: [string[], string[]] = [[], []];
    for (const [i, input] of this.#op.inputs.entries()) {
      const shape = this.#given?.shapes.has(i) === true ? constantAsShape(input) : unknownShape;
      const value = this.#given?.values.has(i) === true ? constantValue(input) : null;
      if (shape.rank !== null) shapes.push(`input[${i}] = ${shape.toBrackets()}`);
      else if (value !== null) values.push(`input[${i}] = <${summarizeValue(value, SUMMARY_LIMIT)}>`);
    }
    return (
      listed("computed input tensors", values, ", ") + listed("input tensors computed as partial shapes", shapes, ",")
    );
  }
  get inputCount(): number {
    return this.#op.inputs.length;
  }
  get attrs(): Readonly<Record<string, AttrValue>> {
    return this.#op.attrs;
  }
  input(index: number): TensorShape {
    return this.#tensor(index).shape;
  }
  dtype(index: number): DType {
    return this.#tensor(index).dtype.baseDtype;
  }
  constant(index: number): NDArray | null {
    if (this.#given === null) return constantValue(this.#tensor(index));
    this.asked.values.add(index);
    return this.#given.values.has(index) ? constantValue(this.#tensor(index)) : null;
  }
  constantAsShape(index: number): TensorShape {
    const tensor = this.#tensor(index);
    if (this.#given !== null) {
      this.asked.values.add(index);
      this.asked.shapes.add(index);
      if (!this.#given.shapes.has(index)) return vectorAsShape(tensor.shape);
    }
    try {
      return constantAsShape(tensor);
    } catch (error) {
      this.inputFailure = error;
      throw error;
    }
  }
  shapeHeld(index: number): TensorShape | null {
    return shapeHeld(this.#tensor(index));
  }
  handle(index: number): HandleData | null {
    return handleData(this.#tensor(index));
  }
  #tensor(index: number): Tensor {
    return this.#op.inputs[index] as Tensor;
  }
}

const folded = new WeakMap<Operation, readonly (NDArray | null)[] | null>();

/** The value of a tensor when it can be computed from constants alone; `null` otherwise. Mirrors `constant_value` and TensorFlow's constant evaluation in shape inference. */
export function constantValue(tensor: Tensor): NDArray | null {
  return fold(tensor.op)?.[tensor.index] ?? null;
}

function fold(op: Operation): readonly (NDArray | null)[] | null {
  const known = folded.get(op);
  if (known !== undefined) return known;
  const value = computeFold(op);
  folded.set(op, value);
  return value;
}

function computeFold(op: Operation): readonly (NDArray | null)[] | null {
  if (op.def.type === "Const") return [op.attrs["value"] as NDArray];
  const byShape = op.def.fold?.(new NodeContext(op), op.attrs as never);
  if (byShape) return byShape;
  if (!op.def.foldable || op.controlInputs.some((c) => c.def.flow !== undefined) || op.inputs.length === 0) return null;
  if (op.outputs.some((output) => (output.shape.elementCount() ?? 0) > FOLD_LIMIT)) return null;
  const inputs: NDArray[] = [];
  for (const input of op.inputs) {
    const value = constantValue(input);
    if (value === null || value.size > FOLD_LIMIT) return null;
    inputs.push(value);
  }
  return libraryTables().evaluate(op, inputs);
}

/** A 1-D integer tensor read as a shape: `-1` and what is not known become unknown dimensions. */
export function constantAsShape(tensor: Tensor): TensorShape {
  const value = constantValue(tensor);
  if (value !== null) return valueAsShape(value);
  if (tensor.shape.rank === 1 && tensor.shape.dim(0) === 0) return scalarShape;
  const held = shapeHeld(tensor);
  if (held !== null) return held;
  const { def, attrs } = tensor.op;
  const partial = tensor.index === 0 ? def.foldShape?.(new NodeContext(tensor.op), attrs as never) : undefined;
  return partial ?? vectorAsShape(tensor.shape);
}

/** The elements of a constant as a shape. @throws {ShapeError} when they are none. */
export function valueAsShape(value: NDArray): TensorShape {
  if (value.rank === 0) {
    if (Number(value.at(0)) === -1) return unknownShape;
    throw new ShapeError(
      "Input tensor must be rank 1, or if its rank 0 it must have value -1 (representing an unknown shape)",
    );
  }
  const dims = Array.from({ length: value.size }, (_, i) => Number(value.at(i)));
  const invalid = dims.find((d) => d < -1);
  if (invalid !== undefined) throw new ShapeError(`Invalid value in tensor used for shape: ${invalid}`, { value });
  return new TensorShape(dims.map((d) => (d === -1 ? null : d)));
}

/** What the length of a vector alone tells of the shape that it holds. */
export function vectorAsShape(vector: TensorShape): TensorShape {
  const length = vector.dim(0);
  return vector.rank === 1 && length !== null ? shapeOfRank(length) : unknownShape;
}

function shapeHeld({ op, index }: Tensor): TensorShape | null {
  return op.def.shapeHeld?.(new NodeContext(op), index) ?? null;
}

/** What is known of the values behind a resource tensor: followed through ops that pass a handle on, up to a `Merge`, as in TensorFlow. */
export function handleData(tensor: Tensor): HandleData | null {
  let at: Tensor | undefined = tensor;
  for (let steps = 0; at !== undefined && steps < 100; steps += 1) {
    const { attrs, def } = at.op;
    if (def.flow === "merge") return null;
    if (def.handleData) return def.handleData(attrs as never);
    // A placeholder of handles says nothing of what is behind them.
    if (attrs["dtype"] === resource) return null;
    if (attrs["dtype"] !== undefined && attrs["shape"] !== undefined)
      return { dtype: attrs["dtype"] as DType, shape: attrs["shape"] as TensorShape };
    at = at.op.inputs[0];
  }
  return null;
}
