/** How picking elements by index, and putting them there, is written in ONNX. */
import { checkedIndices, checkedLongIndices } from "../onnx/indices.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { type ScatterUpdate, scatterRows } from "../onnx/scatter.ts";
import { constantNumbers } from "../onnx/static-knowledge.ts";
import { allocate, type DType, int32, int64 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import type { gatherDefs } from "./gather.defs.ts";

/** Rows of a tensor by index. */
export function gatherRows(
  onnx: OnnxBuilder,
  params: OnnxValue,
  indices: OnnxValue,
  axis: number | undefined,
  batchDims: number,
): Lowered {
  if (axis === undefined) return unsupported("the axis is not known before the step");
  if (batchDims !== 0) return unsupported("ONNX has no Gather with batches");
  if (params.shape.rank === null || params.shape.rank === 0)
    return unsupported("it is not known that the value is no scalar");
  return onnx.node("Gather", [params, checkedIndices(onnx, indices)], { axis });
}

interface BadIndices {
  readonly bad_indices_policy: string;
}

const lenient = unsupported("indices out of bounds are to be ignored");

function isLenient({ bad_indices_policy: policy }: BadIndices): boolean {
  return policy !== "" && policy !== "DEFAULT" && policy !== "ERROR";
}

/** Into which rows updates go: only indices of one column name rows. */
function rowIndices(onnx: OnnxBuilder, indices: OnnxValue): OnnxValue | null {
  if (indices.shape.dim(-1) !== 1 || indices.shape.rank !== 2) return null;
  return onnx.node("Squeeze", [indices, onnx.integers([1])], {}, [indices.shape.dim(0)]);
}

function tensorScatter(
  update: ScatterUpdate,
  change: (onnx: OnnxBuilder, updates: OnnxValue) => OnnxValue = (_, updates) => updates,
) {
  return (
    onnx: OnnxBuilder,
    [tensor, indices, updates]: readonly [OnnxValue, OnnxValue, OnnxValue],
    attrs: BadIndices,
  ): Lowered => {
    if (isLenient(attrs)) return lenient;
    const rows = rowIndices(onnx, indices);
    return rows === null
      ? unsupported("the indices name more than rows")
      : scatterRows(onnx, tensor, rows, change(onnx, updates), update);
  };
}

function extreme(update: "max" | "min"): ReturnType<typeof tensorScatter> {
  const rule = tensorScatter(update);
  return (onnx, inputs, attrs) =>
    inputs[0].dtype.isFloating
      ? unsupported("ONNX Runtime replaces NaN among scattered extremes")
      : rule(onnx, inputs, attrs);
}

/** Values in the order in which they first stand there, and where each is among them; with a second type, how often each is there. */
function unique(onnx: OnnxBuilder, x: OnnxValue, types: readonly DType[]): Lowered {
  if (x.shape.rank !== 1) return unsupported("it is not known that it is a list");
  if (!x.dtype.isInteger || x.dtype.name === "uint64") return unsupported("ONNX has no way to compare such values");
  const [found, , places, counts] = onnx.nodes("Unique", [onnx.cast(x, int64)], { sorted: 0 }, 4, [
    int64,
    int64,
    int64,
    int64,
  ]) as readonly [OnnxValue, OnnxValue, OnnxValue, OnnxValue];
  const rest = [places, counts].slice(0, types.length);
  return [onnx.cast(found, x.dtype), ...rest.map((value, i) => onnx.cast(value, types[i] as DType))];
}

const ofAnySize = unsupported("the size of its result depends on the values");

/** More places than this are not counted by a constant. */
const MOST_PLACES = 2 ** 20;

/** Each index is compared with all places: several times as fast as ONNX Runtime's own operator, which counts negative indices from the end. */
function oneHot(
  onnx: OnnxBuilder,
  [indices, depth, on, off]: readonly [OnnxValue, OnnxValue, OnnxValue, OnnxValue],
  { axis }: { readonly axis: number },
): Lowered {
  const { rank } = indices.shape;
  const size = depth.shape.rank === 0 ? constantNumbers(depth)?.[0] : undefined;
  if (rank === null || axis < -1 || axis > rank) return unsupported("the axis is not known, or does not exist");
  if (size !== undefined && !(size > 0 && size <= MOST_PLACES)) return unsupported("there are no places, or too many");
  if (size === undefined || on.shape.rank !== 0 || off.shape.rank !== 0)
    return unsupported("the depth is not known before the step");
  const at = axis < 0 ? rank : axis;
  const wide = indices.dtype === int64 ? indices : onnx.cast(indices, int32);
  const counted = new NDArray(
    int32,
    [size, ...new Array<number>(rank - at).fill(1)],
    Int32Array.from({ length: size }, (_, i) => i),
  );
  const is = onnx.node("Equal", [
    onnx.node("Unsqueeze", [wide, onnx.integers([at])]),
    onnx.cast(onnx.constant(counted), wide.dtype),
  ]);
  const isPlain = constantNumbers(on)?.[0] === 1 && constantNumbers(off)?.[0] === 0;
  return isPlain ? onnx.cast(is, on.dtype) : onnx.node("Where", [is, on, off]);
}

/** The rules of this family. */
export const gatherOnnx = onnxRules<typeof gatherDefs>()({
  Gather: (onnx, [params, indices]) => gatherRows(onnx, params, indices, 0, 0),
  GatherV2: (onnx, [params, indices, axis], { batch_dims }) =>
    gatherRows(onnx, params, indices, constantNumbers(axis)?.[0], batch_dims),
  GatherNd: (onnx, [params, indices], attrs) => {
    if (isLenient(attrs)) return lenient;
    if ((indices.shape.dim(-1) ?? 0) === 0) return unsupported("it is not known that the indices have columns");
    // ONNX Runtime does not look at indices when what they pick is empty.
    const picked = params.shape.dims?.slice(indices.shape.dim(-1) as number);
    if (picked === undefined || picked.some((d) => d === null || d === 0))
      return unsupported("it is not known that what is picked has elements");
    return onnx.node("GatherND", [params, checkedLongIndices(onnx, indices)]);
  },
  ScatterNd: (onnx, [indices, updates, shape], attrs) => {
    const dims = constantNumbers(shape);
    const rows = rowIndices(onnx, indices);
    if (isLenient(attrs)) return lenient;
    if (dims === null || dims.some((d) => d < 0) || rows === null)
      return unsupported("the indices name more than rows, or the shape is not known before the step");
    const zero = new NDArray(updates.dtype, [1], allocate(updates.dtype, 1));
    return scatterRows(
      onnx,
      onnx.node("ConstantOfShape", [onnx.integers(dims)], { value: zero }, dims),
      rows,
      updates,
      "add",
    );
  },
  TensorScatterUpdate: tensorScatter("none"),
  TensorScatterAdd: tensorScatter("add"),
  TensorScatterSub: tensorScatter("add", (onnx, updates) => onnx.node("Neg", [updates], {}, updates.shape)),
  TensorScatterMax: extreme("max"),
  TensorScatterMin: extreme("min"),
  OneHot: oneHot,
  Unique: (onnx, [x], { out_idx }) => unique(onnx, x, [out_idx]),
  UniqueWithCounts: (onnx, [x], { out_idx }) => unique(onnx, x, [out_idx, out_idx]),
  ListDiff: ofAnySize,
});
