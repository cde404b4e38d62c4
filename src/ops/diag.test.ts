import { describe } from "vitest";
import { testFamily, testPrograms } from "../../test/array-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import { diagDefs } from "./diag.defs.ts";
import { diagKernels } from "./diag.kernels.ts";
import { diag, diagPart, eye, matrixBandPart, matrixDiag, matrixDiagPart, matrixSetDiag } from "./diag.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

function scalar(): Tensor {
  return p([], "int32");
}

describe("the ops of the diag family", () => testFamily("diag", diagDefs, diagKernels as never));

describe("the builders of the diag family", () =>
  testPrograms("diag", {
    diags: () => {
      const x = p([2, 3]);
      return [
        matrixDiag(p([2])),
        matrixDiag(x, { k: 1, numRows: 4, paddingValue: 7, name: "d" }),
        matrixDiag(p([2], "bool")),
        matrixDiagPart(x),
        matrixDiagPart(x, { k: [-1, 1], align: "LEFT_LEFT" }),
        matrixSetDiag(x, p([2])),
        matrixSetDiag(p([2, null]), p([2]), { name: "s" }),
        matrixBandPart(x, 0, -1),
        diag(p([2])),
        diagPart(p([2, 2])),
        matrixDiag([1, 2]),
        matrixDiag(p([null])),
        matrixDiagPart(p([4, 5], "bool")),
      ];
    },
    "set-diag-out-of-bounds": () => matrixSetDiag(p([2, 2]), p([1]), { k: 3 }),
    eyes: () => {
      const n = scalar();
      return [
        eye(3),
        eye(3, { numColumns: 2, dtype: "int32" }),
        eye(2, { batchShape: [2, 3], name: "e" }),
        eye(n),
        eye(n, { numColumns: 3 }),
        eye(2, { batchShape: p([2], "int32") }),
        eye(2, { numColumns: 2, dtype: "bool" }),
        eye(2, { batchShape: p([1], "int32"), numColumns: 3 }),
      ];
    },
    "eye-of-fraction": () => eye(1.5),
  }));
