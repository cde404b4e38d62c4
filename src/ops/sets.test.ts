import { expect, it } from "vitest";
import { failureOf } from "../../test/failure-of.ts";
import { testFamily } from "../../test/op-golden.ts";
import { testSteps } from "../../test/step-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { SparseTensorValue } from "../tensor/sparse-value.ts";
import { constant, placeholder } from "./array.ts";
import { setDifference, setIntersection, setSize, setUnion } from "./sets.ts";
import { SparseTensor } from "./sparse-tensor.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "int32"): Tensor {
  return placeholder(dtype, shape);
}

/** The values of a sparse tensor of rank 2, each with its place. */
function sparse(
  values: readonly (readonly [number, number, number])[] = [
    [0, 0, 3],
    [0, 1, 1],
    [1, 0, 2],
  ],
  shape: readonly number[] = [2, 4],
  dtype: DTypeName = "int32",
): SparseTensor {
  const elements = constant(
    values.map(([, , value]) => value),
    { dtype },
  );
  return new SparseTensor(
    values.map(([row, column]) => [row, column]),
    elements,
    shape as number[],
  );
}

const parts = (x: SparseTensor): Tensor[] => [x.indices, x.values, x.denseShape];

const both = {
  "of-sparse": () => {
    const x = constant(ndarray([[3, 1, 2], [2, 2, 5]], "int32")); // biome-ignore format: a matrix
    const other = (): SparseTensor =>
      sparse([
        [0, 2, 9],
        [1, 1, 2],
      ]);
    return [
      ...parts(setDifference(x, sparse())),
      ...parts(setDifference(sparse(), x)),
      ...parts(setDifference(sparse(), x, { aminusb: false })),
      ...parts(setUnion(sparse(), other())),
    ];
  },
  sizes: () => {
    const first = setSize(sparse());
    const twice = sparse(
      [
        [0, 0, 3],
        [0, 2, 3],
      ],
      [3, 3],
    );
    const second = setSize(twice, { validateIndices: false });
    return [first, second, setSize(new SparseTensorValue([[0, 0, 1]], ndarray([7], "int32"), [1, 2, 2]))];
  },
};

testSteps("sets", both);

testFamily("sets", {
  ...both,
  "size-of-dense": () => setSize(p([2, 3]) as never),
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

// TensorFlow names the types that it takes in the order of a table of hashes.
it("refuses elements that are no integers and no texts", () => {
  const name = "<dtype: 'float32'>";
  expect(failureOf(() => setUnion(p([2, 3], "float32"), p([2, 3])))).toEqual([
    "TypeError",
    `'a' has invalid dtype \`${name}\` not in supported dtypes: \`int8, int16, int32, int64, uint8, uint16, string\`.`,
  ]);
  expect(failureOf(() => setSize(sparse(undefined, undefined, "float32")))[1]).toContain(`Invalid dtype \`${name}\``);
});
