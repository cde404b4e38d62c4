/** How rows are reduced by segments in ONNX. */
import { failUnless } from "../onnx/checks.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { type ScatterUpdate, scatterRows } from "../onnx/scatter.ts";
import { constantNumbers } from "../onnx/static-knowledge.ts";
import { allocate, type DType, int16, int32, int64 } from "../tensor/dtype.ts";
import { NDArray, writeElement } from "../tensor/ndarray.ts";
import type { segmentDefs } from "./segment.defs.ts";

const ofAnySize = unsupported("the size of its result depends on the values");

/** An index that no axis has. */
const NO_INDEX = 2 ** 31 - 1;

/**
 * Results of more elements than this are left to the kernels: they refuse what does not fit, where ONNX Runtime fills memory until the
 * process ends.
 */
const MOST_ELEMENTS = 2 ** 27;

/** Rows scattered into those of empty segments, and into one more that takes what belongs to none. */
function unsorted(update: ScatterUpdate, empty: number) {
  return (onnx: OnnxBuilder, [data, ids, count]: readonly [OnnxValue, OnnxValue, OnnxValue]): Lowered => {
    const rows = constantNumbers(count)?.[0];
    const why = refusal(data, ids, rows);
    if (why !== null) return unsupported(why);
    const rest = (data.shape.dims ?? []).slice(ids.shape.rank ?? 0) as number[];
    if (rows !== undefined && rows > mostRows(rest)) return unsupported("its result would take too much memory");
    if (rows === undefined) return ofOpenCount(onnx, [data, ids, count], rest, update, empty);
    const shape = [rows + 1, ...rest];
    const start = onnx.node("ConstantOfShape", [onnx.integers(shape)], { value: filling(data.dtype, empty) }, shape);
    const joined = scatterRows(onnx, start, rowsOf(onnx, ids, rows), data, update);
    if (!("dtype" in joined)) return joined;
    return onnx.node("Slice", [joined, onnx.integers([0]), onnx.integers([rows]), onnx.integers([0])], {}, [
      rows,
      ...rest,
    ]);
  };
}

/** As many segments as the step finds out, such as there are different rows among those that were gathered. */
function ofOpenCount(
  onnx: OnnxBuilder,
  [data, ids, count]: readonly [OnnxValue, OnnxValue, OnnxValue],
  rest: readonly number[],
  update: ScatterUpdate,
  empty: number,
): Lowered {
  if (count.shape.rank !== 0) return unsupported("it is not known that the number of segments is a scalar");
  const given = onnx.cast(count, int64);
  // What begins with fewer than no rows fails by itself.
  const fits = onnx.node("LessOrEqual", [given, onnx.scalar(mostRows(rest), int64)]);
  const wide = failUnless(onnx, fits, given);
  const start = onnx.node(
    "ConstantOfShape",
    [
      onnx.node("Concat", [listOf(onnx, onnx.node("Add", [wide, onnx.scalar(1, int64)])), onnx.integers(rest)], {
        axis: 0,
      }),
    ],
    { value: filling(data.dtype, empty) },
    [null, ...rest],
  );
  const known = failUnless(onnx, onnx.node("GreaterOrEqual", [wide, onnx.scalar(0, int64)]), onnx.cast(ids, int64));
  const places = { ...known, shape: ids.shape };
  const joined = scatterRows(onnx, start, rowsOf(onnx, places, wide), data, update);
  if (!("dtype" in joined)) return joined;
  return onnx.node("Slice", [joined, onnx.integers([0]), listOf(onnx, wide), onnx.integers([0])], {}, [null, ...rest]);
}

function mostRows(rest: readonly number[]): number {
  return Math.floor(
    MOST_ELEMENTS /
      Math.max(
        1,
        rest.reduce((product, size) => product * size, 1),
      ),
  );
}

function listOf(onnx: OnnxBuilder, scalar: OnnxValue): OnnxValue {
  return onnx.node("Unsqueeze", [scalar, onnx.integers([0])]);
}

/** Negative ids go to the last row, and one behind the segments, which would find it there, to none. */
function rowsOf(onnx: OnnxBuilder, ids: OnnxValue, rows: number | OnnxValue): OnnxValue {
  const wide = ids.dtype === int16 ? onnx.cast(ids, int32) : ids;
  const number = (value: number): OnnxValue => onnx.scalar(value, wide.dtype);
  const last = typeof rows === "number" ? number(rows) : rows;
  const inside = onnx.node("Where", [onnx.node("Equal", [wide, last]), number(NO_INDEX), wide], {}, ids.shape);
  return onnx.node("Where", [onnx.node("Less", [wide, number(0)]), last, inside], {}, ids.shape);
}

function refusal(data: OnnxValue, ids: OnnxValue, rows: number | undefined): string | null {
  if (rows !== undefined && rows < 0) return "TensorFlow refuses this number of segments";
  const [x, y] = [data.shape.dims, ids.shape.dims];
  if (x === null || y === null || x.length < y.length || x.slice(y.length).includes(null))
    return "it is not known how long the rows are";
  const isSame = y.every((d, i) => d !== null && d === x[i]);
  return isSame || y.length === 1 ? null : "it is not known that every row has an id";
}

function filling(dtype: DType, value: number): NDArray {
  const data = allocate(dtype, 1);
  writeElement(dtype, data, 0, value);
  return new NDArray(dtype, [1], data);
}

const ofExtrema = unsupported("ONNX Runtime compares not-a-number otherwise");

/** The rules of this family. */
export const segmentOnnx = onnxRules<typeof segmentDefs>()({
  SegmentSum: ofAnySize,
  SegmentMean: ofAnySize,
  SegmentProd: ofAnySize,
  SegmentMax: ofAnySize,
  SegmentMin: ofAnySize,
  UnsortedSegmentSum: unsorted("add", 0),
  UnsortedSegmentProd: unsorted("mul", 1),
  UnsortedSegmentMax: ofExtrema,
  UnsortedSegmentMin: ofExtrema,
});
