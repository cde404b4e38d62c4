/** Kernels of the ops of tensor arrays. What an array holds is `kernels/tensor-array-value.ts`. Mirrors core/kernels/tensor_array_ops.cc. */
import { InvalidArgumentError, UnimplementedError } from "../base/errors.ts";
import { cppTypeName, require, shapeText } from "../kernels/checks.ts";
import { type KernelContext, kernelsFor } from "../kernels/rule.ts";
import { asNumbers, copyBlock, countOf, emptyArray, wordsOf } from "../kernels/strided-copy.ts";
import { contentsOf, TensorArrayContents, TensorArrayHandle } from "../kernels/tensor-array-value.ts";
import { type DType, float32, int32, int64 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { addAll } from "./math.kernels.ts";
import type { tensorArrayDefs } from "./tensor-array.defs.ts";

/** A flow says nothing but what comes before. */
function flow(): NDArray {
  return new NDArray(float32, [], new Float32Array(1));
}

function indexOf(index: NDArray): number {
  require(index.rank === 0, () => `TensorArray index must be scalar, but had shape: ${shapeText(index.shape)}`, {
    index,
  });
  return Number(index.at(0));
}

function indicesOf(indices: NDArray): readonly number[] {
  require(indices.rank === 1, () =>
    `Expected indices to be a vector, but received shape: ${shapeText(indices.shape)}`, {
    indices,
  });
  return Array.from(asNumbers(indices));
}

function checkRead(contents: TensorArrayContents, dtype: DType): void {
  const own = contents.traits.dtype;
  require(own === dtype, () =>
    `TensorArray dtype is ${cppTypeName(own)} but Op requested dtype ${cppTypeName(dtype)}.`, { own, dtype });
}

function checkWrite(contents: TensorArrayContents, value: NDArray): void {
  const own = contents.traits.dtype;
  require(own === value.dtype, () =>
    `TensorArray dtype is ${cppTypeName(own)} but Op is trying to write dtype ${cppTypeName(value.dtype)}.`, {
    own,
    dtype: value.dtype,
  });
}

function sizeOf(size: NDArray): number {
  require(size.rank === 0, () => `TensorArray size must be scalar, but had shape: ${shapeText(size.shape)}`, { size });
  const count = Number(size.at(0));
  require(count >= 0, () => "Size should be >= 0.", { size: count });
  return count;
}

/** Elements of one shape, one after the other. */
function pack(contents: TensorArrayContents, indices: readonly number[]): NDArray {
  const { dtype } = contents.traits;
  if (indices.length === 0) {
    const shape = contents.elementShape;
    if (shape.isFullyDefined()) return emptyArray(dtype, [0, ...shape.asNumbers()]);
    throw new UnimplementedError(
      `TensorArray has size zero, but element shape ${shape.toBrackets()} is not fully defined. Currently only static shapes are supported when packing zero-size TensorArrays.\n  to say it  new TensorArray(dtype, { elementShape })`,
      { elementShape: shape },
    );
  }
  const values = indices.map((index) => contents.read(index));
  const { shape } = values[0] as NDArray;
  for (const [i, value] of values.entries()) {
    require(shapeText(value.shape) === shapeText(shape), () =>
      `TensorArray has inconsistent shapes.  Index 0 has shape: ${shapeText(shape)} but index ${i} has shape: ${shapeText(value.shape)}`, {
      first: shape,
      shape: value.shape,
    });
  }
  return joined(dtype, [values.length, ...shape], values);
}

/** Elements laid end to end. */
function joined(dtype: DType, shape: readonly number[], values: readonly NDArray[]): NDArray {
  const out = emptyArray(dtype, shape);
  const to = wordsOf(out).words;
  let at = 0;
  for (const value of values) {
    const { words } = wordsOf(value);
    copyBlock(words, 0, to, at, words.length);
    at += words.length;
  }
  return out;
}

/** Elements joined along their first axis, and how long each is. */
function concat(contents: TensorArrayContents, except0: TensorShape): NDArray[] {
  const { dtype } = contents.traits;
  const { size } = contents;
  if (size === 0) {
    if (!except0.isFullyDefined()) {
      throw new UnimplementedError(
        `TensorArray has size zero, but element_shape_except0 ${except0.toBrackets()} is not fully defined. Currently only static shapes are supported when concatenating zero-size TensorArrays.`,
        { elementShapeExcept0: except0 },
      );
    }
    return [emptyArray(dtype, [0, ...except0.asNumbers()]), emptyArray(int64, [0])];
  }
  const values = Array.from({ length: size }, (_, i) => contents.read(i));
  for (const [i, value] of values.entries()) {
    require(value.rank > 0, () =>
      `Concat saw a scalar shape at index ${i} but requires at least vectors.  Did you mean to call pack?`, {
      index: i,
    });
    checkRest(values[0] as NDArray, value, i, except0);
  }
  const lengths = values.map((value) => value.shape[0] as number);
  const total = lengths.reduce((a, b) => a + b, 0);
  return [
    joined(dtype, [total, ...(values[0] as NDArray).shape.slice(1)], values),
    new NDArray(int64, [size], BigInt64Array.from(lengths, BigInt)),
  ];
}

function checkRest(first: NDArray, value: NDArray, i: number, except0: TensorShape): void {
  const [own, rest] = [first.shape.slice(1), value.shape.slice(1)];
  require(i > 0 || except0.isCompatibleWith(rest), () =>
    `TensorArray was passed element_shape_except0 ${except0.toBrackets()} but index 0 has (excepting dimension 0) shape: ${shapeText(rest)} which does not match.`, {
    elementShapeExcept0: except0,
    shape: value.shape,
  });
  require(shapeText(own) === shapeText(rest), () =>
    `TensorArray has inconsistent shapes.  Index 0 has (excepting dimension 0) shape: ${shapeText(own)} but index ${i} has (excepting dimension 0) shape: ${shapeText(rest)}`, {
    first: first.shape,
    shape: value.shape,
  });
}

/** `count` rows of a value from `start` on, in memory of their own. */
function rows(value: NDArray, start: number, count: number, shape: readonly number[]): NDArray {
  const width = countOf(value.shape.slice(1)) * (value.dtype.isComplex ? 2 : 1);
  return new NDArray(value.dtype, shape, value.data.slice(start * width, (start + count) * width));
}

function scatter(contents: TensorArrayContents, given: NDArray, value: NDArray): NDArray {
  checkWrite(contents, value);
  require(value.rank > 0, () =>
    `Input value for unpack must be at least a vector but received shape: ${shapeText(value.shape)}`, { value });
  const indices = indicesOf(given);
  const length = value.shape[0] as number;
  require(indices.length === length, () =>
    `Expected len(indices) == values.shape[0], but saw: ${indices.length} vs. ${length}`, {
    indices,
    shape: value.shape,
  });
  const { size } = contents;
  const highest = indices.reduce((a, b) => Math.max(a, b), -1);
  require(contents.traits.isDynamic || highest < size, () =>
    `Max scatter index must be < array size (${highest} vs. ${size})`, { indices, size });
  const shape = value.shape.slice(1);
  for (const [i, index] of indices.entries()) contents.write(index, rows(value, i, 1, shape));
  return flow();
}

function split(contents: TensorArrayContents, value: NDArray, given: NDArray): NDArray {
  require(given.rank === 1, () => `Expected lengths to be a vector, received shape: ${shapeText(given.shape)}`, {
    lengths: given,
  });
  require(value.rank > 0, () =>
    `Expected value to be at least a vector, but received shape: ${shapeText(value.shape)}`, { value });
  const lengths = Array.from(asNumbers(given));
  const sum = lengths.reduce((a, b) => a + b, 0);
  require(sum === value.shape[0], () =>
    `Expected sum of lengths to be equal to values.shape[0], but sum of lengths is ${sum} and value's shape is: ${shapeText(value.shape)}`, {
    lengths,
    shape: value.shape,
  });
  const { size } = contents;
  require(size === lengths.length || (contents.traits.isDynamic && size < lengths.length), () =>
    `TensorArray's size is not equal to the size of lengths (${size} vs. ${lengths.length}), and the TensorArray is not marked as dynamically resizeable`, {
    size,
    lengths,
  });
  checkWrite(contents, value);
  const negative = lengths.find((length) => length < 0);
  // TensorFlow ends the process here.
  if (negative !== undefined)
    throw new InvalidArgumentError(`Expected lengths to be >= 0, but one of them is ${negative}`, { lengths });
  let at = 0;
  for (const [i, length] of lengths.entries()) {
    contents.write(i, rows(value, at, length, value.shape.with(0, length)));
    at += length;
  }
  return flow();
}

/** The array of the gradients of an array's elements, and a flow. */
function gradient(handle: NDArray, source: string, prepended: readonly number[], context: KernelContext): NDArray[] {
  const sum = (a: NDArray, b: NDArray): NDArray => addAll([a, b], context);
  return [new TensorArrayHandle(contentsOf(handle).gradient(source, prepended, sum)), flow()];
}

/** The kernels of this family. */
export const tensorArrayKernels = kernelsFor<typeof tensorArrayDefs>()({
  TensorArrayV3: ([size], attrs, { node }) => {
    const contents = [
      attrs.tensor_array_name || node.name,
      sizeOf(size),
      attrs.element_shape,
      {
        dtype: attrs.dtype,
        isDynamic: attrs.dynamic_size,
        clearsAfterRead: attrs.clear_after_read,
        hasIdenticalShapes: attrs.identical_element_shapes,
      },
    ] as const;
    return [new TensorArrayHandle(new TensorArrayContents(...contents)), flow()];
  },
  TensorArrayWriteV3: ([handle, given, value]) => {
    const index = indexOf(given);
    const contents = contentsOf(handle);
    checkWrite(contents, value);
    // What is written may be somebody else's memory, such as a feed's.
    contents.write(index, value.copy());
    return flow();
  },
  TensorArrayReadV3: ([handle, given], { dtype }) => {
    const index = indexOf(given);
    const contents = contentsOf(handle);
    checkRead(contents, dtype);
    return contents.read(index);
  },
  TensorArrayGatherV3: ([handle, given], { dtype, element_shape }) => {
    const contents = contentsOf(handle);
    checkRead(contents, dtype);
    contents.mergeElementShape(element_shape);
    const indices = indicesOf(given);
    return pack(contents, indices);
  },
  TensorArrayScatterV3: ([handle, indices, value]) => scatter(contentsOf(handle), indices, value),
  TensorArrayConcatV3: ([handle], { dtype, element_shape_except0 }) => {
    const contents = contentsOf(handle);
    checkRead(contents, dtype);
    return concat(contents, element_shape_except0);
  },
  TensorArraySplitV3: ([handle, value, lengths]) => split(contentsOf(handle), value, lengths),
  TensorArraySizeV3: ([handle]) => new NDArray(int32, [], Int32Array.of(contentsOf(handle).size)),
  TensorArrayCloseV3: ([handle]) => {
    contentsOf(handle).close();
    return [];
  },
  TensorArrayGradV3: ([handle], { source }, context) => gradient(handle, source, [], context),
  TensorArrayGradWithShape: ([handle, , prepended], { source }, context) =>
    gradient(handle, source, Array.from(asNumbers(prepended)), context),
});
