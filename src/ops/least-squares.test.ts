import { expect, it } from "vitest";
import { testFamily } from "../../test/op-golden.ts";
import { testSteps } from "../../test/step-golden.ts";
import { gradients } from "../gradients/gradients.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { Graph } from "../graph/graph.ts";
import type { Tensor } from "../graph/tensor.ts";
import { Session } from "../session/session.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { constant, placeholder, placeholderWithDefault, zeros } from "./array.ts";
import { leastSquaresDefs as defs } from "./least-squares.defs.ts";
import { matrixSolveLs } from "./least-squares.ts";
import { transpose } from "./transpose.ts";

const p = (shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor => placeholder(dtype, shape);
const tall = (dtype: DTypeName = "float32"): Tensor => constant([[1, 0], [1, 1], [1, 3]], { dtype }); // biome-ignore format: a matrix
const right = (dtype: DTypeName = "float32"): Tensor => constant([[1, 2], [3, 0], [6, 1]], { dtype }); // biome-ignore format: a matrix

function differentiated(matrix: Tensor, rhs: Tensor, l2: number, fast = true): Tensor[] {
  const regularizer = constant(l2, { dtype: "float64" });
  const x = applyOp1(defs.MatrixSolveLs, [matrix, rhs, regularizer], { fast });
  return gradients(x.mul(x), [matrix, rhs]) as Tensor[];
}

const both = {
  solved: () => [
    matrixSolveLs(tall(), right()),
    matrixSolveLs(transpose(tall()), right().at(":2"), { name: "w" }),
    matrixSolveLs(tall(), right(), { l2Regularizer: 0.5 }),
    matrixSolveLs(tall(), right(), { fast: false }),
    matrixSolveLs(tall(), right(), { l2Regularizer: constant(0.25) }),
    matrixSolveLs(tall("float64"), right("float64"), { l2Regularizer: 0.1, fast: false, name: "s" }),
  ],
  "gradient-of-tall": () => differentiated(tall(), right(), 0.5),
  "gradient-of-wide": () => {
    const matrix = transpose(tall());
    return differentiated(matrix, right().at(":2"), 0.5);
  },
};

testFamily("least_squares", {
  ...both,
  "of-unknown-shape": () => [
    matrixSolveLs(p([null, 2]), p([null, 1])),
    matrixSolveLs(p(), p(), { l2Regularizer: 0.5 }),
    matrixSolveLs(p([1000, 8, 10]), p([1000, 8, 1])),
  ],
  "of-complex-regularized": () =>
    matrixSolveLs(p([2, 2], "complex128"), p([2, 1], "complex128"), { l2Regularizer: 0.5 }),
  "gradient-of-slow": () => differentiated(tall(), right(), 0, false),
});

testSteps("least_squares", both);

// TensorFlow's rule fails there: its conditional has no gradient for the regularizer.
it("is differentiated where the shape is not known", () => {
  const gradientsOf = (matrix: Tensor, rhs: Tensor): Tensor[] => differentiated(matrix, rhs, 0.5);
  new Graph().asDefault(() => {
    const session = new Session();
    for (const wide of [false, true]) {
      const matrix = wide ? transpose(tall()) : tall();
      const rhs = wide ? right().at(":2") : right();
      const known = gradientsOf(matrix, rhs);
      const unknown = gradientsOf(placeholderWithDefault(matrix, null), placeholderWithDefault(rhs, null));
      const [a, b, c, d] = session.runSync([...known, ...unknown]).map((value) => value.toArray());
      expect([c, d]).toEqual([a, b]);
    }
    session.close();
  });
});

it("gives zeros where there are no equations", () => {
  new Graph().asDefault(() => {
    const x = matrixSolveLs(zeros([0, 2]), zeros([0, 3]), { fast: false });
    expect(new Session().runSync(x).toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
});
