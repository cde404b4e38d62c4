/** Constants: the definition of `Const`, and what turns literals, variables and lists into tensors. Mirrors `convert_to_tensor`, python/framework/tensor_conversion_registry.py. */
import { ArgumentError, ArgumentTypeError, AsyncScopeError, DTypeError, NamesakeError } from "../base/errors.ts";
import { isPromise } from "../base/promise.ts";
import { asDType, type DType, type DTypeLike, float32, int32 } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { type Literal, ndarray } from "../tensor/ndarray.ts";
import { TensorShape } from "../tensor/shape.ts";
import { stateOf } from "./context.ts";
import { getDefaultGraph } from "./default-graph.ts";
import type { Graph } from "./graph.ts";
import { attr, defineOp } from "./op-def.ts";
import { noInputs, Operation } from "./operation.ts";
import { libraryTables } from "./tables.ts";
import { isTensorConvertible, Tensor, type TensorConvertible } from "./tensor.ts";

/** `Const`, core/ops/array_ops.cc. It stands here because every literal becomes one. */
export const Const = defineOp({
  type: "Const",
  inputs: [],
  outputs: ["output: dtype"],
  attrs: { value: attr.tensor(), dtype: attr.type() },
  infer: (_, { value }) => [new TensorShape(value.shape)],
});

/** What becomes a tensor: a tensor, a variable, a literal, a shape, or a list with tensors in it. */
export type TensorLike = Tensor | TensorConvertible | Literal | TensorShape | readonly TensorLike[];

/** How a value becomes a tensor. */
export interface ConvertOptions {
  /** Required. */
  readonly dtype?: DTypeLike | undefined;
  /** Wished for: taken when it works. */
  readonly preferredDtype?: DTypeLike | undefined;
  /** The name of the constant, where one is made. */
  readonly name?: string | undefined;
  /** A reference is wanted: a variable gives the variable itself. */
  readonly asRef?: boolean | undefined;
  readonly graph?: Graph | undefined;
}

/**
 * Turns a value into a tensor: tensors stay, variables give their value, literals become `Const`.
 * @throws {DTypeError} when a tensor has another dtype than asked for (TensorFlow: ValueError).
 * @throws {ArgumentTypeError} for what cannot become a tensor.
 */
export function convertToTensor(value: unknown, options: ConvertOptions = {}): Tensor {
  const dtype = options.dtype === undefined ? undefined : asDType(options.dtype).baseDtype;
  if (value instanceof Tensor) return checkDType(value, dtype, options.name);
  if (value === null || value === undefined) throw new ArgumentError("None values not supported.", { value });
  if (isTensorConvertible(value)) {
    return checkDType(variableTensor(value, dtype, options), dtype, options.name);
  }
  if (value instanceof Operation)
    throw new ArgumentTypeError(
      `can't convert Operation '${value.name}' to Tensor\n  an operation has outputs: op.outputs[0]; as a dependency, pass it to controlDependencies`,
      { value },
    );
  const graph = options.graph ?? getDefaultGraph();
  if (value instanceof TensorShape) return constantNode(graph, shapeValue(value, dtype ?? int32), options.name);
  if (hasTensors(value)) {
    return libraryTables().operators.pack(
      value,
      dtype ?? (options.preferredDtype === undefined ? undefined : asDType(options.preferredDtype)),
      options.name ?? "packed",
    );
  }
  const literal = literalValue(value, dtype, options.preferredDtype);
  // The node owns its value: what the caller keeps may change later.
  return constantNode(graph, literal === value ? literal.copy() : literal, options.name);
}

function variableTensor(value: TensorConvertible, dtype: DType | undefined, options: ConvertOptions): Tensor {
  return value.asTensor({
    ...(dtype && { dtype }),
    ...(options.asRef && { asRef: true }),
    ...(options.name !== undefined && { name: options.name }),
  });
}

/** Whether a value is a list with tensors or variables somewhere in it. */
function hasTensors(value: unknown): value is readonly unknown[] {
  const isOne = (item: unknown): boolean => item instanceof Tensor || isTensorConvertible(item);
  return Array.isArray(value) && value.flat(Infinity).some(isOne);
}

function shapeValue(shape: TensorShape, dtype: DType): NDArray {
  if (shape.isFullyDefined()) return ndarray(shape.asNumbers(), dtype);
  throw new ArgumentError(`Cannot convert a partially known TensorShape ${shape} to a Tensor.`, { shape });
}

function checkDType(tensor: Tensor, dtype: DType | undefined, name: string | undefined): Tensor {
  if (dtype === undefined || tensor.dtype.baseDtype === dtype) return tensor;
  // As Python's `repr`.
  const shown = `<tf.Tensor '${tensor.name}' shape=${tensor.shape} dtype=${tensor.dtype.name}>`;
  const prefix = name === undefined ? "" : `${name}: `;
  throw new DTypeMismatch(
    `${prefix}Tensor conversion requested dtype ${dtype.name} for Tensor with dtype ${tensor.dtype.name}: ${shown}`,
    { tensor, dtype },
  );
}

/** A tensor of another dtype than asked for. TensorFlow raises ValueError here, and TypeError for literals. */
class DTypeMismatch extends DTypeError {
  override get tensorflowClass(): string {
    return "ValueError";
  }
}

function literalValue(value: unknown, dtype: DType | undefined, preferred: DTypeLike | undefined): NDArray {
  if (isPromise(value)) throw promisedValue(value);
  if (dtype === undefined && preferred !== undefined) {
    try {
      return ndarray(value as Literal, preferred);
    } catch (error) {
      if (!(error instanceof NamesakeError)) throw error;
    }
  }
  return ndarray(value as Literal, dtype);
}

function promisedValue(promise: Promise<unknown>): AsyncScopeError {
  promise.then(undefined, () => undefined);
  return new AsyncScopeError(
    "A promise cannot become a tensor; graph building is synchronous.\n  an initial value, or what computes it, must be there when the variable is made\n  instead  await it first, then build",
    {},
  );
}

/** A `Const` that owns a copy of its value. */
export function constantNode(graph: Graph, value: NDArray, name = "Const"): Tensor {
  // An object takes more room when attrs are added later, so what a scope gives to all is there at once.
  const _class = stateOf(graph).attrScope?.["_class"];
  const op = graph.createOperation({
    def: Const,
    name,
    inputs: noInputs,
    attrs: _class === undefined ? { value, dtype: value.dtype } : { value, dtype: value.dtype, _class },
    outputDTypes: [value.dtype],
  });
  return op.output(0);
}

/**
 * The dtype that a literal would have among the allowed ones: its own, or int32 for whole numbers where float32 is not allowed.
 * `undefined` for what is not a literal.
 */
export function naturalDType(value: unknown, allowed: readonly DType[] | null): DType | undefined {
  if (value instanceof Tensor || isTensorConvertible(value)) return undefined;
  const made =
    value instanceof TensorShape
      ? int32
      : Array.isArray(value)
        ? (tensorDType(value) ?? firstLeafDType(value))
        : firstLeafDType(value);
  if (made === undefined || allowed === null || allowed.includes(made)) return made;
  return made === float32 && allowed.includes(int32) && isWhole(value) ? int32 : made;
}

/** The dtype of the first tensor in nested lists: what stands beside tensors takes theirs. */
export function tensorDType(values: readonly unknown[]): DType | undefined {
  for (const value of values) {
    const isTensor = value instanceof Tensor || isTensorConvertible(value);
    const found = Array.isArray(value)
      ? tensorDType(value)
      : isTensor
        ? (value as { readonly dtype?: DType }).dtype?.baseDtype
        : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function firstLeafDType(value: unknown): DType | undefined {
  if (Array.isArray(value)) {
    if (value.length === 0) return float32;
    for (const item of value) {
      const found = firstLeafDType(item);
      if (found) return found;
    }
    return undefined;
  }
  if (value === null || value === undefined || value instanceof Tensor || isTensorConvertible(value)) return undefined;
  try {
    return ndarray(value as Literal).dtype;
  } catch (error) {
    if (error instanceof NamesakeError) return undefined;
    throw error;
  }
}

function isWhole(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isWhole);
  return typeof value === "number" ? Number.isInteger(value) : true;
}
