/** What a tensor array is made with: its options, and the op that gives the handle. What is done with the array: `tensor-array.ts`. */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { pythonText, pythonTypeName } from "../base/text.ts";
import { runInScope } from "../graph/ambient-scope.ts";
import { applyOp } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Operation } from "../graph/operation.ts";
import { makeColocation, makeDeviceScope } from "../graph/scopes.ts";
import { Tensor } from "../graph/tensor.ts";
import type { DType } from "../tensor/dtype.ts";
import type { ShapeLike, TensorShape } from "../tensor/shape.ts";
import { tensorArrayDefs as defs } from "./tensor-array.defs.ts";

/** Options of `TensorArray`. Either `size` is given, or the `handle` and `flow` of another array. */
export interface TensorArrayOptions {
  /** How many elements it has; with `dynamicSize`, at first. */
  readonly size?: TensorLike | null | undefined;
  /** Whether writes may make it longer. Default false. */
  readonly dynamicSize?: boolean | null | undefined;
  /** Whether an element is let go when it is read; then it can be read once. Default true. */
  readonly clearAfterRead?: boolean | null | undefined;
  /** What the array is called in messages of a step; default: as its op. */
  readonly tensorArrayName?: string | null | undefined;
  readonly handle?: Tensor | null | undefined;
  readonly flow?: Tensor | null | undefined;
  /** Whether all elements have the shape of the first that is written. Default true. */
  readonly inferShape?: boolean;
  /** What is known of the shape of every element. */
  readonly elementShape?: ShapeLike | null | undefined;
  /** Whether the ops of the array are beside the first tensor that is written. Default true. */
  readonly colocateWithFirstWriteCall?: boolean;
  readonly name?: string | null | undefined;
}

/** What all versions of one array have in common. */
export interface ArrayTraits {
  readonly dtype: DType;
  readonly size: TensorLike | null;
  readonly isDynamic: boolean;
  readonly infersShape: boolean;
  elementShape: TensorShape;
  /** Whether the array is beside its first write; the tensor that was written is `firstWritten`. */
  readonly colocates: boolean;
  firstWritten: Tensor | null;
}

/** The op of a new array: its handle, and its flow at first. */
export function makeArray(
  shared: ArrayTraits,
  options: TensorArrayOptions,
  scope: string,
): { readonly handle: Tensor; readonly flow: Tensor } {
  const attrs = {
    dtype: shared.dtype,
    element_shape: shared.elementShape,
    identical_element_shapes: shared.infersShape,
    dynamic_size: shared.isDynamic,
    clear_after_read: options.clearAfterRead ?? true,
    tensor_array_name: options.tensorArrayName ?? "",
  };
  const make = (): Operation => applyOp(defs.TensorArrayV3, [shared.size], attrs, scope);
  // The device is that of the first write, by colocation.
  const anywhere = (): Operation => runInScope(makeColocation(null, { ignoreExisting: true }), make);
  const op = shared.colocates ? runInScope(makeDeviceScope(null), anywhere) : make();
  return { handle: op.output(0), flow: op.output(1) };
}

/** The flow that comes with a handle. */
export function givenFlow({ flow }: TensorArrayOptions): Tensor {
  if (flow instanceof Tensor) return flow;
  throw new ArgumentError("flow must not be None if handle is not None.", { flow });
}

/** @throws {ArgumentError} for options that exclude each other. */
export function checkOptions(options: TensorArrayOptions): void {
  const { size = null, handle = null } = options;
  if (handle === null) {
    if (size === null) throw new ArgumentError("Argument `size` must be provided if handle is not provided.", {});
    return;
  }
  if (options.tensorArrayName) {
    throw new ArgumentError("Cannot provide both `handle` and `tensor_array_name` arguments at the same time.", {
      handle,
    });
  }
  if (!(handle instanceof Tensor)) {
    throw new ArgumentTypeError(
      `Expected \`handle\` to be a Tensor, but got \`${pythonText(handle)}\` of type \`<class '${pythonTypeName(handle)}'>\` instead.`,
      { handle },
    );
  }
  if (size !== null)
    throw new ArgumentError("Cannot provide both a `handle` and `size` arguments at the same time.", { handle, size });
  for (const [key, name] of exclusive) {
    if ((options[key] ?? null) !== null)
      throw new ArgumentError(`Cannot provide both \`handle\` and \`${name}\` arguments at the same time.`, { handle });
  }
}

/** What is settled where the handle was made. */
const exclusive = [
  ["elementShape", "element_shape"],
  ["dynamicSize", "dynamic_size"],
  ["clearAfterRead", "clear_after_read"],
] as const;
