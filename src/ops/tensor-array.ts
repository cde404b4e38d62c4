/** Arrays of tensors that a loop fills or reads element by element. No value is held here: a step does that. Mirrors `_GraphTensorArray`, python/ops/tensor_array_ops.py. */
import { ArgumentIndexError, ShapeError } from "../base/errors.ts";
import { runInScope } from "../graph/ambient-scope.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { constantValue } from "../graph/infer.ts";
import type { Operation } from "../graph/operation.ts";
import { publicCall } from "../graph/public-call.ts";
import { makeColocation, makeControlDependencies } from "../graph/scopes.ts";
import { Tensor } from "../graph/tensor.ts";
import { asDType, type DType, type DTypeLike } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { asShape, type Dimension, TensorShape, unknownShape } from "../tensor/shape.ts";
import { identity } from "./array.ts";
import { cast } from "./cast.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { range } from "./range.ts";
import { shape } from "./shape.ts";
import { indexTensor } from "./slice.ts";
import { tensorArrayDefs as defs } from "./tensor-array.defs.ts";
import {
  type ArrayTraits,
  checkOptions,
  givenFlow,
  makeArray,
  type TensorArrayOptions,
} from "./tensor-array-handle.ts";

/**
 * An array of tensors, written and read by index while a step runs, mostly in loops.
 *
 * A write gives a new `TensorArray`, which stands for the array after the write: go on with that one. Each element is written once,
 * and read once unless `clearAfterRead` is false. A step makes the array anew; nothing of it outlives the step.
 * It can be a variable of `whileLoop` and a result of `cond`.
 *
 * Shapes: elements of one shape, unless `inferShape` is false. Dtypes: any.
 *
 * @throws {ArgumentError} when neither a size nor a handle is given, or both.
 * @throws {InvalidArgumentError} at the run, for an index out of range, a second write or read, a wrong shape.
 * @remarks The elements are the host's, on every engine.
 * @see TensorFlow `TensorArray`, python/ops/tensor_array_ops.py; `TensorArrayV3`, core/ops/data_flow_ops.cc
 * @example
 * const start = new TensorArray("float32", { size: 4 });
 * const [, squares] = whileLoop(
 *   (i) => i.less(4),
 *   (i, array) => [i.add(1), array.write(i, cast(i.mul(i), "float32"))],
 *   [ndarray(0, "int32"), start],
 * );
 * session.runSync(squares.stack()).toArray(); // [0, 1, 4, 9]
 */
export class TensorArray {
  /** The array, as ops take it. */
  readonly handle: Tensor;
  /** A scalar that comes after everything that made this version of the array. */
  readonly flow: Tensor;
  readonly #shared: ArrayTraits;

  constructor(dtype: DTypeLike, options: TensorArrayOptions = {}) {
    checkOptions(options);
    const { size = null, handle = null, elementShape = null } = options;
    this.#shared = sharedBy.get(options) ?? {
      dtype: asDType(dtype).baseDtype,
      size,
      isDynamic: options.dynamicSize ?? false,
      infersShape: options.inferShape ?? true,
      elementShape: elementShape === null ? unknownShape : asShape(elementShape),
      colocates: options.colocateWithFirstWriteCall ?? true,
      firstWritten: null,
    };
    const made = inOpScope(options.name, "TensorArray", [handle, size, options.flow], (scope) =>
      handle === null ? makeArray(this.#shared, options, scope) : { handle, flow: givenFlow(options) },
    );
    this.handle = made.handle;
    this.flow = made.flow;
  }

  /** The type of the elements. */
  get dtype(): DType {
    return this.#shared.dtype;
  }
  /** What is known of the shape of every element. */
  get elementShape(): TensorShape {
    return this.#shared.elementShape;
  }
  /** Whether writes may make it longer. */
  get dynamicSize(): boolean {
    return this.#shared.isDynamic;
  }

  /** @internal The array after what gives `flow`. */
  withFlow(flow: Tensor): TensorArray {
    const { infersShape: inferShape, colocates: colocateWithFirstWriteCall } = this.#shared;
    const options = { handle: this.handle, flow, inferShape, colocateWithFirstWriteCall };
    sharedBy.set(options, this.#shared);
    return new TensorArray(this.dtype, options);
  }

  /**
   * The array of the gradients of the elements: as large, zero where nothing is written, and the sum where something is written more than
   * once. For rules of gradients.
   *
   * @param source What tells the gradients of one array apart: the scope of the call of `gradients`.
   * @see TensorFlow `TensorArray.grad`, python/ops/tensor_array_ops.py; `TensorArrayGradV3`, core/ops/data_flow_ops.cc
   */
  grad(source: string, options: NameOption & { readonly flow?: Tensor } = {}): TensorArray {
    const { handle } = this;
    const flow = options.flow ?? this.flow;
    return inOpScope(options.name, "TensorArrayGrad", [handle], () =>
      runInScope(makeColocation(handle, {}, handle.graph), () => {
        const made = applyOp(defs.TensorArrayGradV3, [handle, flow], { source }, options.name);
        const after = runInScope(makeControlDependencies([made.output(0)]), () =>
          identity(flow, { name: "gradient_flow" }),
        );
        const { dtype, infersShape: inferShape } = this.#shared;
        const given = { handle: made.output(0), flow: after, inferShape, colocateWithFirstWriteCall: false };
        const gradient = new TensorArray(dtype, given);
        gradient.#shared.elementShape = this.#shared.elementShape;
        return gradient;
      }),
    );
  }

  /** The same array; what uses it comes after the current control inputs. */
  identity(): TensorArray {
    return publicCall(() => this.withFlow(identity(this.flow)));
  }

  /**
   * The element at an index.
   * @throws {InvalidArgumentError} at the run, when the index is out of range, or the element was read before.
   */
  read(index: TensorLike, options: NameOption = {}): Tensor {
    return publicCall(() => {
      const inputs = [this.handle, index, this.flow];
      const value = applyOp1(defs.TensorArrayReadV3, inputs, { dtype: this.dtype }, options.name);
      value.setShape(this.elementShape);
      return value;
    });
  }

  /**
   * The array with `value` at an index.
   * @throws {ShapeError} when the shape differs from that of the other elements.
   * @throws {InvalidArgumentError} at the run, when the index is out of range or was written before.
   */
  write(index: TensorLike, value: TensorLike, options: NameOption = {}): TensorArray {
    return inOpScope(options.name, "TensorArrayWrite", [this.handle, index, value], () => {
      const element = convertToTensor(value, { preferredDtype: this.dtype, name: "value" });
      this.#checkElementShape(element.shape);
      return this.#written(element, () =>
        applyOp1(defs.TensorArrayWriteV3, [this.handle, index, element, this.flow], {}, options.name),
      );
    });
  }

  /**
   * All elements as one tensor, along a new first axis.
   * @throws {InvalidArgumentError} at the run, when elements differ in shape or were read before.
   */
  stack(options: NameOption = {}): Tensor {
    return this.#besideHandle(() =>
      inOpScope(options.name, "TensorArrayStack", [this.handle], () => {
        const value = this.gather(range(0, this.size()), options);
        const { isDynamic, size, elementShape } = this.#shared;
        if (elementShape.dims !== null && !isDynamic && size !== null)
          value.setShape([knownSize(size), ...elementShape.dims]);
        return value;
      }),
    );
  }

  /**
   * Some elements as one tensor, along a new first axis.
   * @throws {InvalidArgumentError} at the run, as `stack` does.
   */
  gather(indices: TensorLike, options: NameOption = {}): Tensor {
    return publicCall(() => {
      const { dtype, elementShape } = this.#shared;
      const attrs = { dtype, element_shape: elementShape };
      const value = applyOp1(defs.TensorArrayGatherV3, [this.handle, indices, this.flow], attrs, options.name);
      if (elementShape.dims !== null) value.setShape([null, ...elementShape.dims]);
      return value;
    });
  }

  /**
   * All elements as one tensor, joined along their first axis, in which they may differ.
   * @throws {InvalidArgumentError} at the run, when an element is a scalar or differs in another axis.
   */
  concat(options: NameOption = {}): Tensor {
    return publicCall(() => {
      const { dtype, elementShape } = this.#shared;
      const rest = elementShape.dims === null ? unknownShape : new TensorShape(elementShape.dims.slice(1));
      const attrs = { dtype, element_shape_except0: rest };
      const value = applyOp(defs.TensorArrayConcatV3, [this.handle, this.flow], attrs, options.name).output(0);
      if (rest.dims !== null) value.setShape([this.#joinedLength(), ...rest.dims]);
      return value;
    });
  }

  /** The length of all elements joined, where the graph tells it. */
  #joinedLength(): Dimension {
    if (!this.#shared.infersShape) return null;
    const count = constantValue(this.size());
    if (this.elementShape.rank === 0)
      throw new ArgumentIndexError("list index out of range\n  scalars are not joined: stack() puts them together", {
        elementShape: this.elementShape,
      });
    const length = this.elementShape.dim(0);
    return count === null || length === null ? null : Number(count.item()) * length;
  }

  /**
   * The array with the rows of `value` as its elements.
   *
   * Shapes: value `[n, …r]` → n elements `[…r]`.
   * @throws {ShapeError} when the shape of a row differs from that of the other elements.
   */
  unstack(value: TensorLike, options: NameOption = {}): TensorArray {
    return inOpScope(options.name, "TensorArrayUnstack", [this.handle, value], () =>
      this.scatter(range(0, indexTensor(shape(value), [0])), value, options),
    );
  }

  /**
   * The array with the rows of `value` at these indices.
   *
   * Shapes: indices `[n]`, value `[n, …r]`.
   * @throws {ShapeError} when the shape of a row differs from that of the other elements.
   * @throws {InvalidArgumentError} at the run, when an index is out of range or was written before.
   */
  scatter(indices: TensorLike, value: TensorLike, options: NameOption = {}): TensorArray {
    return inOpScope(options.name, "TensorArrayScatter", [this.handle, value, indices], () => {
      const rows = convertToTensor(value, { preferredDtype: this.dtype, name: "value" });
      this.#checkElementShape(withoutFirst(rows.shape));
      return this.#written(rows, () =>
        applyOp1(defs.TensorArrayScatterV3, [this.handle, indices, rows, this.flow], {}, options.name),
      );
    });
  }

  /**
   * The array with pieces of `value` along its first axis as its elements.
   *
   * Shapes: value `[n, …r]`, lengths `[m]` with the sum n.
   * @throws {ShapeError} when the shape of a piece differs from that of the other elements.
   * @throws {InvalidArgumentError} at the run, when the sum of the lengths is not that of the first axis.
   */
  split(value: TensorLike, lengths: TensorLike, options: NameOption = {}): TensorArray {
    return inOpScope(options.name, "TensorArraySplit", [this.handle, value, lengths], () => {
      const whole = convertToTensor(value, { dtype: this.dtype, name: "value" });
      return this.#written(whole, () => {
        const counts = cast(lengths, "int64");
        this.#checkPieces(whole.shape, counts);
        return applyOp1(defs.TensorArraySplitV3, [this.handle, whole, counts, this.flow], {}, options.name);
      });
    });
  }

  /** Pieces of one length have a shape that is known. */
  #checkPieces(whole: TensorShape, lengths: Tensor): void {
    const counts = constantValue(lengths);
    if (whole.dims === null || counts === null || counts.rank === 0 || counts.size === 0) return;
    const all = Array.from({ length: counts.size }, (_, i) => Number(counts.at(i)));
    if (all.every((length) => length === all[0]))
      this.#checkElementShape(new TensorShape([all[0] as number]).concatenate(withoutFirst(whole)));
  }

  /** How many elements there are. */
  size(options: NameOption = {}): Tensor {
    const { isDynamic, size } = this.#shared;
    return publicCall(() =>
      isDynamic || size === null
        ? applyOp1(defs.TensorArraySizeV3, [this.handle, this.flow], {}, options.name)
        : convertToTensor(size, { dtype: "int32" }),
    );
  }

  /** Lets go of all elements; nothing can be read or written afterwards. */
  close(options: NameOption = {}): Operation {
    return applyOp(defs.TensorArrayCloseV3, [this.handle], {}, options.name);
  }

  #checkElementShape(given: TensorShape): void {
    const shared = this.#shared;
    if (!given.isCompatibleWith(shared.elementShape)) {
      throw new ShapeError(
        `Inconsistent shapes: saw ${given} but expected ${shared.elementShape} \n  for elements of different shapes  new TensorArray(dtype, { inferShape: false })`,
        { shape: given, elementShape: shared.elementShape },
      );
    }
    if (shared.infersShape) shared.elementShape = shared.elementShape.mergeWith(given);
  }

  /** The array after a write that `write` makes, beside the first tensor that was written. */
  #written(value: Tensor, write: () => Tensor): TensorArray {
    const shared = this.#shared;
    if (!shared.colocates) return this.withFlow(write());
    shared.firstWritten ??= value;
    const flow = runInScope(makeColocation(shared.firstWritten, {}, value.graph), write);
    return this.withFlow(flow);
  }

  #besideHandle<T>(body: () => T): T {
    return publicCall(() => runInScope(makeColocation(this.handle, {}, this.handle.graph), body));
  }
}

/** What the options that `withFlow` makes stand for. */
const sharedBy = new WeakMap<TensorArrayOptions, ArrayTraits>();

function withoutFirst(given: TensorShape): TensorShape {
  return given.dims === null ? unknownShape : new TensorShape(given.dims.slice(1));
}

function knownSize(size: TensorLike): Dimension {
  const value = size instanceof Tensor ? constantValue(size) : size;
  if (value instanceof NDArray) return Number(value.item());
  return typeof value === "number" ? value : null;
}

/** The flow of an array; anything else as it is. */
export function flowOf(element: unknown): unknown {
  return element instanceof TensorArray ? element.flow : element;
}

/** A tensor of control flow as what it stands for: an array where there was one. */
export function withFlow(original: unknown, tensor: Tensor): Tensor | TensorArray {
  return original instanceof TensorArray ? original.withFlow(tensor) : tensor;
}
