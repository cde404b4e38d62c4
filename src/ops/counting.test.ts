import { testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import { bincount, cross, cumulativeLogsumexp, histogramFixedWidth, searchsorted, unravelIndex } from "./counting.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

testFamily("counting", {
  counts: () => [
    bincount(p([5], "int32")),
    bincount(p([2, 3], "int64"), { weights: p([2, 3]), minlength: 3, maxlength: 8 }),
    bincount(p(), { dtype: "float32" }),
  ],
  "counts-of-bytes": () => bincount(p(null, "uint8"), { minlength: p([], "uint8") }),
  searches: () => [
    searchsorted(p([2, 5]), p([2, 3])),
    searchsorted(p([5]), p([3]), { side: "right", outType: "int64", name: "s" }),
    searchsorted(p(), p()),
    searchsorted([1, 3], [2, 0]),
    searchsorted(p([2, null]), p([2, null])),
  ],
  "search-of-other-side": () => searchsorted(p([5]), p([3]), { side: "middle" }),
  unravelled: () => [unravelIndex([22, 41], [7, 6]), unravelIndex(p(null, "int64"), p([3], "int64"), { name: "u" })],
  running: () => {
    const x = p([2, 3]);
    return [
      cumulativeLogsumexp(x),
      cumulativeLogsumexp(x, { axis: -1, exclusive: true, reverse: true, name: "c" }),
      cumulativeLogsumexp(p(), { axis: p([], "int64") }),
    ];
  },
  histograms: () => [
    histogramFixedWidth(p([2, 3]), [0, 5], { nbins: 5 }),
    histogramFixedWidth(p(null, "int64"), p([2], "int64"), { nbins: p([], "int32"), dtype: "int64", name: "h" }),
  ],
  crosses: () => [
    cross(p([2, 3]), p([2, 3])),
    cross(p(null, "int32"), p(null, "int32"), { name: "c" }),
    cross([1, 2, 3], p([3])),
  ],
});
