/** What a step is fed: which tensors, and their values as arrays of the right type. Mirrors the first half of `BaseSession._run`, python/client/session.py. */
import { ArgumentError, ArgumentTypeError, NamesakeError, ShapeError } from "../base/errors.ts";
import { isPlainObject, pythonText, pythonTuple, pythonTypeName } from "../base/text.ts";
import type { Graph } from "../graph/graph.ts";
import { isTensorConvertible, Tensor, type TensorConvertible } from "../graph/tensor.ts";
import { IndexedSlices } from "../ops/indexed-slices.ts";
import { SparseTensor } from "../ops/sparse-tensor.ts";
import { type DType, hasValues } from "../tensor/dtype.ts";
import { type Literal, NDArray, ndarray } from "../tensor/ndarray.ts";
import { IndexedSlicesValue, SparseTensorValue } from "../tensor/sparse-value.ts";

/** What stands for the tensor that is fed. */
export type FeedKey = Tensor | TensorConvertible | SparseTensor | string;

/** A value that is fed; a sparse tensor takes a `SparseTensorValue`, `IndexedSlices` an `IndexedSlicesValue`. */
export type FeedValue = Literal | SparseTensorValue | IndexedSlicesValue;

/** Tensors and their values for one step: pairs, a map, or an object by tensor name. */
export type Feeds =
  | ReadonlyArray<readonly [FeedKey, FeedValue]>
  | ReadonlyMap<FeedKey, FeedValue>
  | { readonly [tensorName: string]: Literal };

/** The pairs of whatever form feeds were given in; a sparse tensor counts as its three parts, and so do rows. */
export function feedPairs(feeds: unknown): ReadonlyArray<readonly [unknown, unknown]> {
  const pairs = givenPairs(feeds);
  return pairs.some(([key]) => key instanceof SparseTensor || key instanceof IndexedSlices)
    ? pairs.flatMap(([key, value]) => partsOf(key, value))
    : pairs;
}

function partsOf(key: unknown, value: unknown): ReadonlyArray<readonly [unknown, unknown]> {
  if (key instanceof IndexedSlices) return partsOfRows(key, value);
  if (!(key instanceof SparseTensor)) return [[key, value]];
  const parts: readonly unknown[] | null =
    value instanceof SparseTensorValue
      ? [value.indices, value.values, value.denseShape]
      : Array.isArray(value) && value.length === 3
        ? value
        : null;
  if (parts === null) {
    throw new ArgumentTypeError(
      `A sparse tensor is fed a SparseTensorValue, or a list of indices, values and dense shape; got ${pythonTypeName(value)}`,
      { key, value },
    );
  }
  return [
    [key.indices, parts[0]],
    [key.values, parts[1]],
    [key.denseShape, parts[2]],
  ];
}

/** Rows without a dense shape have two parts. */
function partsOfRows(key: IndexedSlices, value: unknown): ReadonlyArray<readonly [unknown, unknown]> {
  const tensors = [key.values, key.indices, ...(key.denseShape === null ? [] : [key.denseShape])];
  const parts = value instanceof IndexedSlicesValue ? [value.values, value.indices, value.denseShape] : value;
  const isGiven = Array.isArray(parts) && tensors.every((_, i) => parts[i] !== undefined && parts[i] !== null);
  if (!isGiven || (!(value instanceof IndexedSlicesValue) && parts.length !== tensors.length)) {
    throw new ArgumentTypeError(
      `IndexedSlices are fed an IndexedSlicesValue, or a list of values, indices${key.denseShape === null ? "" : " and dense shape"}; got ${pythonTypeName(value)}`,
      { key, value },
    );
  }
  return tensors.map((tensor, i) => [tensor, parts[i]] as const);
}

function givenPairs(feeds: unknown): ReadonlyArray<readonly [unknown, unknown]> {
  if (feeds === undefined || feeds === null) return [];
  if (Array.isArray(feeds)) {
    for (const pair of feeds) {
      if (!Array.isArray(pair) || pair.length !== 2)
        throw new ArgumentTypeError(
          `feeds must be a list of [tensor, value] pairs, a Map, or an object by tensor name; one entry is ${pythonText(pair)}`,
          { feeds },
        );
    }
    return feeds as ReadonlyArray<readonly [unknown, unknown]>;
  }
  if (feeds instanceof Map) return [...(feeds as ReadonlyMap<unknown, unknown>)];
  if (isPlainObject(feeds)) return Object.entries(feeds);
  throw new ArgumentTypeError(
    `feeds must be a list of [tensor, value] pairs, a Map, or an object by tensor name; got ${pythonTypeName(feeds)}`,
    { feeds },
  );
}

/**
 * The tensor that a feed's key stands for.
 * @throws {ArgumentTypeError} when it stands for none of this graph.
 */
export function feedTensor(graph: Graph, key: unknown): Tensor {
  try {
    return graph.asGraphElement(key, { operation: false }) as Tensor;
  } catch (error) {
    if (!(error instanceof NamesakeError)) throw error;
    throw new ArgumentTypeError(`Cannot interpret feed_dict key as Tensor: ${error.message}`, { ...error.fields, key });
  }
}

/**
 * The value of a feed as an array of the tensor's type.
 * @throws {ArgumentTypeError} when it is no value, or an integer that the type cannot hold.
 * @throws {ShapeError} when its shape does not fit the tensor's.
 * @throws {ArgumentError} when the tensor may not be fed.
 */
export function feedValue(graph: Graph, tensor: Tensor, value: unknown, key: unknown): NDArray {
  if (value instanceof Tensor || isTensorConvertible(value)) {
    throw new ArgumentTypeError(
      `The value of a feed cannot be a tf.Tensor object. Acceptable feed values include Python scalars, strings, lists, numpy ndarrays, or TensorHandles. For reference, the tensor object was ${pythonText(value)} which was passed to the argument \`feed_dict\` with key ${keyText(key)}.\n  run it first and feed what run gives`,
      { tensor, value },
    );
  }
  const dtype = tensor.dtype.baseDtype;
  const array = value instanceof NDArray && value.dtype === dtype ? value : converted(value, dtype);
  if (!tensor.shape.isCompatibleWith(array.shape)) {
    throw new ShapeError(
      `Cannot feed value of shape ${pythonTuple(array.shape.map(String))} for Tensor ${tensor.name}, which has shape ${tensor.shape}\n  tensor made at  ${tensor.op.site}`,
      { tensor, shape: array.shape },
    );
  }
  if (!graph.isFeedable(tensor)) throw new ArgumentError(`Tensor ${tensor.name} may not be fed.`, { tensor });
  return array;
}

function keyText(key: unknown): string {
  return typeof key === "string" ? key : String(key);
}

/** As NumPy's `asarray` with a type: fractions are cut, integers in lists wrap around. */
function converted(value: unknown, dtype: DType): NDArray {
  // The output of an imported op whose type nothing tells takes a value as it is.
  if (!hasValues(dtype)) return ndarray(value as Literal);
  checkScalar(value, dtype);
  const isLoose = !(value instanceof NDArray) && !dtype.isString;
  try {
    return ndarray(value as Literal, dtype);
  } catch (error) {
    if (!isLoose || !(error instanceof ArgumentTypeError)) throw error;
    return ndarray(ndarray(value as Literal), dtype);
  }
}

/** A lone integer must not change when it is stored. */
function checkScalar(value: unknown, dtype: DType): void {
  const isInteger = typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value));
  if (!isInteger || !(dtype.isInteger || dtype.isBool || dtype.isString)) return;
  const stored = dtype.isString
    ? undefined
    : ndarray(ndarray(value as Literal, dtype.isBig || typeof value === "bigint" ? "int64" : "float64"), dtype).item();
  if (stored !== undefined && BigInt(stored as number) === BigInt(value as number)) return;
  const type = dtype.isString ? "object" : `numpy.${dtype.baseName}`;
  throw new ArgumentTypeError(
    `Type of feed value ${String(value)} with type <class 'int'> is not compatible with Tensor type <class '${type}'>. Try explicitly setting the type of the feed tensor to a larger type (e.g. int64).`,
    { value, dtype },
  );
}
