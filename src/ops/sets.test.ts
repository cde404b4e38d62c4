import { testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import { setDifference, setIntersection, setUnion } from "./sets.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "int32"): Tensor {
  return placeholder(dtype, shape);
}

testFamily("sets", {
  differences: () => {
    const x = setDifference(p([2, 3]), p([2, 4]));
    const y = setDifference(p(), p([2, 4, 1]), { aminusb: false });
    return [x.indices, x.values, x.denseShape, y.indices, y.values];
  },
  others: () => {
    const x = setIntersection(ndarray([[1, 2]], "int32"), ndarray([[2, 3]], "int32"));
    const y = setUnion(p(null, "string"), p(null, "string"), { validateIndices: false });
    return [x.values, y.values, y.denseShape];
  },
  "of-two-types": () => setUnion(p(), p(null, "int64")).values,
});
