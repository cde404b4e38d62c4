/** Sparse tensors and lookups with them: nodes, kernels, steps, feeds and fetches. */
import {
  constant,
  createReferenceEngine,
  Graph,
  gradients,
  ndarray,
  nn,
  Session,
  SparseTensor,
  SparseTensorValue,
  sparse,
  sparsePlaceholder,
  sparseSegmentMean,
  sparseSegmentSqrtN,
  sparseSegmentSum,
  sparseToDense,
  type Tensor,
} from "namesake";
import { expect, it } from "vitest";
import { testFamily } from "./op-golden.ts";
import { testSteps } from "./step-golden.ts";

const longs = (values: readonly number[]): Tensor => constant(values, { dtype: "int64" });
const ints = (values: readonly number[]) => ndarray(values, "int32");
const example = (): SparseTensor => {
  const values = constant([1, 2]);
  return new SparseTensor(
    [
      [0, 0],
      [1, 2],
    ],
    values,
    [3, 4],
  );
};
const wide = (): SparseTensor =>
  new SparseTensor(
    [
      [0, 1],
      [2, 0],
    ],
    [5, 6],
    [3, 2],
  );
const square = (): SparseTensor => new SparseTensor([[1, 1]], [7], [2, 2]);
const places = [
  [0, 0],
  [0, 1],
  [1, 0],
  [2, 2],
];
const ids = (): SparseTensor => new SparseTensor(places, longs([1, 3, 1, 0]), [3, 4]);
const weights = (): SparseTensor => new SparseTensor(places, [0.5, 2, 1, 3], [3, 4]);
/** The random multiples of 1/16 that the generator draws. */
const TABLE = [
  [0.3125, -1.25],
  [-1.4375, -1.6875],
  [2.0, -1.0],
  [-1.9375, -1.625],
  [-0.4375, 1.125],
];
const table = (): Tensor => constant(TABLE, { name: "table" });
const parts = (x: SparseTensor): Tensor[] => [x.indices, x.values, x.denseShape];

function lookups(combiner: "mean" | "sum" | "sqrtn"): Tensor[] {
  return [
    nn.embeddingLookupSparse(table(), ids(), null, { combiner }),
    nn.embeddingLookupSparse([table()], ids(), weights(), { combiner, name: "w" }),
    nn.embeddingLookupSparse([table(), table()], ids(), weights(), { combiner, maxNorm: 1 }),
  ];
}

function safeLookups(combiner: "mean" | "sum" | "sqrtn"): Tensor[] {
  const at = [
    [0, 0],
    [0, 1],
    [2, 0],
    [3, 1],
  ];
  const sparseIds = new SparseTensor(at, longs([1, -3, 2, 4]), [5, 4]);
  const sparseWeights = new SparseTensor(at, [1, 2, 3, 0], [5, 4]);
  return [
    nn.safeEmbeddingLookupSparse([table()], sparseIds, { combiner }),
    nn.safeEmbeddingLookupSparse([table()], sparseIds, { sparseWeights, combiner, defaultId: 2 }),
  ];
}

const steps = {
  tensors: () => parts(example()),
  dense: () => [
    sparse.toDense(example(), { defaultValue: 7, name: "d" }),
    sparse.toDense(example()),
    sparseToDense(ndarray([[0, 1]], "int32"), ints([2, 2]), [5]),
  ],
  reordered: () =>
    parts(
      sparse.reorder(
        new SparseTensor(
          [
            [1, 2],
            [0, 3],
            [0, 1],
          ],
          [1, 2, 3],
          [3, 4],
        ),
      ),
    ),
  reshaped: () => parts(sparse.reshape(example(), [2, -1], { name: "r" })),
  filled: () => {
    const at = [
      [1, 2],
      [3, 0],
      [3, 3],
    ];
    const [x, isEmpty] = sparse.fillEmptyRows(new SparseTensor(at, [1, 2, 3], [5, 4]), 9);
    return [...parts(x), isEmpty];
  },
  retained: () => parts(sparse.retain(example(), [false, true])),
  concatenated: () => {
    const [x, y, z] = [example(), wide(), square()];
    const both = [
      sparse.concat(1, [x, y]),
      sparse.concat(-1, [x, y], { name: "c" }),
      sparse.concat(0, [y, z], { expandNonconcatDims: true }),
      sparse.concat(-1, [x, y, z], { expandNonconcatDims: true }),
      sparse.concat(0, [x]),
    ];
    return both.flatMap(parts);
  },
  sliced: () => [
    ...parts(sparse.slice(example(), [0, 1], [2, 2])),
    ...parts(sparse.slice(example(), longs([1, 0]), [9, 9], { name: "s" })),
  ],
  "slice-differentiated": () => {
    const x = example();
    const y = sparse.slice(x, [1, 0], [2, 4]);
    return gradients(y.values.mul(3), x.values) as Tensor[];
  },
  product: () => [
    sparse.sparseDenseMatmul(
      example(),
      constant([
        [0.3125, -1.25],
        [-1.4375, -1.6875],
        [2.0, -1.0],
        [-1.9375, -1.625],
      ]),
    ),
    sparse.sparseDenseMatmul(
      example(),
      constant([
        [0.3125, -1.25, -1.4375],
        [-1.6875, 2.0, -1.0],
      ]),
      { adjointA: true, adjointB: true, name: "m" },
    ),
  ],
  sums: () => [
    sparse.reduceSum(example(), { axis: 1 }),
    sparse.reduceSum(example(), { keepdims: true }),
    sparse.reduceSum(example(), { axis: [-2] }),
  ],
  segments: () => {
    const t = table();
    return [
      sparseSegmentSum(t, [0, 1, 4], [0, 0, 2]),
      sparseSegmentMean(t, [0, 1, 4], [0, 0, 2], { numSegments: 4 }),
      sparseSegmentSqrtN(t, [0, 1, 4], [0, 0, 2], { name: "q" }),
    ];
  },
  "lookup-max-norm": () => {
    const t = table();
    return [
      nn.embeddingLookup(t, ints([1, 2]), { maxNorm: 1 }),
      nn.embeddingLookup(t, ndarray(1, "int32"), { maxNorm: 0.5 }),
      nn.embeddingLookup([t, t], ints([1, 2, 7]), { maxNorm: 1 }),
    ];
  },
  "lookup-mean": () => lookups("mean"),
  "lookup-sum": () => lookups("sum"),
  "lookup-sqrtn": () => lookups("sqrtn"),
  "safe-mean": () => safeLookups("mean"),
  "safe-sum": () => safeLookups("sum"),
  "safe-sqrtn": () => safeLookups("sqrtn"),
  "safe-of-rank-3": () =>
    nn.safeEmbeddingLookupSparse(
      [table()],
      new SparseTensor(
        [
          [0, 0, 1],
          [1, 1, 0],
        ],
        longs([1, 3]),
        [2, 2, 4],
      ),
    ),
};

testFamily("sparse", {
  ...steps,
  "concatenated-of-unknown-shape": () => {
    const [x, y] = [sparsePlaceholder("float32", { shape: [3, null] }), sparsePlaceholder("float32")];
    return [
      ...parts(sparse.concat(1, [x, x])),
      ...parts(sparse.concat(0, [x, y])),
      ...parts(sparse.concat(0, [x, x], { expandNonconcatDims: true })),
    ];
  },
  placeholders: () => [
    ...parts(sparsePlaceholder("float32")),
    ...parts(sparsePlaceholder("float32", { shape: [3, null] })),
    ...parts(sparsePlaceholder("float32", { shape: [3, 2], name: "q" })),
  ],
  "lookup-of-dense": () => nn.embeddingLookupSparse(table(), constant([1], { dtype: "int32" }) as never, null),
  "lookup-other-combiner": () => nn.embeddingLookupSparse(table(), ids(), null, { combiner: "max" as never }),
  "tensor-of-other-rank": () => parts(new SparseTensor([0, 0], [1], [3])),
  "tensor-of-other-length": () => parts(new SparseTensor([[0, 0]], [1, 2], [3, 3])),
});

testSteps("sparse", steps);

it("feeds and fetches sparse tensors as their values", () => {
  new Graph().asDefault(() => {
    const x = sparsePlaceholder("float32");
    const session = new Session({ engine: createReferenceEngine() });
    const given = new SparseTensorValue([[1, 0]], [5], [2, 2]);
    const [back, dense] = session.runSync([x, sparse.toDense(x)] as const, [[x, given]]);
    expect(back).toBeInstanceOf(SparseTensorValue);
    expect(back.indices.toArray()).toEqual([[1n, 0n]]);
    expect(dense.toArray()).toEqual([
      [0, 0],
      [5, 0],
    ]);
    expect(session.runSync(x, [[x, [[[0, 1]], [7], [2, 2]] as never]]).values.toArray()).toEqual([7]);
    expect(() => session.runSync(x, [[x, 3]])).toThrow("is fed a SparseTensorValue");
  });
});
