/** Failures at ONNX Runtime: TensorFlow's classes and texts, with the op and where it was made; and no input that ends the process. */
import {
  assignAdd,
  cast,
  constant,
  type Feeds,
  fill,
  floordiv,
  floormod,
  Graph,
  gather,
  gatherNd,
  globalVariablesInitializer,
  InvalidArgumentError,
  matmul,
  NDArray,
  ndarray,
  nn,
  OpError,
  oneHot,
  placeholder,
  range,
  reshape,
  Session,
  scatterAdd,
  slice,
  split,
  squeeze,
  type Tensor,
  tile,
  truncatediv,
  unstack,
  Variable,
} from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";

const engine = createOnnxRuntimeEngine();

interface Attempt {
  readonly fetch: Tensor;
  readonly feeds: Feeds;
}

/** Runs what `build` makes; the error, or null. */
function failureOf(build: () => Attempt): OpError | null {
  const graph = new Graph();
  return graph.asDefault(() => {
    const { fetch, feeds } = build();
    using session = new Session({ graph, engine });
    if (graph.operations.some(({ type }) => type === "VariableV2")) session.runSync(globalVariablesInitializer());
    try {
      session.runSync(fetch, feeds);
      return null;
    } catch (error) {
      if (error instanceof OpError) return error;
      throw error;
    }
  });
}

describe("a failing op", () => {
  it("is named in the error, with TensorFlow's text, the node and the place where it was made", () => {
    let made: Tensor | undefined;
    const error = failureOf(() => {
      const table = placeholder("float32", [3, 2], { name: "table" });
      const ids = placeholder("int32", [null], { name: "ids" });
      made = gather(table, ids, { name: "lookup" }).mul(2);
      return {
        fetch: made,
        feeds: [
          [
            table,
            ndarray([
              [1, 2],
              [3, 4],
              [5, 6],
            ]),
          ],
          [ids, ndarray([0, 3], "int32")],
        ],
      };
    });
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error?.message.split("\n")[0]).toBe("indices[1] = 3 is not in [0, 3)");
    expect(error?.fields["node"]).toBe("lookup");
    expect(error?.op).toBe(made?.op.inputs[0]?.op);
    expect(error?.message).toContain("{{node lookup}}");
    expect(error?.message).toContain("ort-failures.test.ts");
  });

  it("fails although nothing uses its result", () => {
    const error = failureOf(() => {
      const x = placeholder("float32", [null]);
      const bad = reshape(x, [7], { name: "bad" });
      return { fetch: [x.add(1), bad.op] as never, feeds: [[x, ndarray([1, 2])]] };
    });
    expect(error?.fields["node"]).toBe("bad");
  });

  it("is the first in the order of the step, not the one that ONNX Runtime met first", () => {
    const error = failureOf(() => {
      const x = placeholder("float32", [null]);
      const first = reshape(x, [5], { name: "first" });
      const second = reshape(x, [6], { name: "second" });
      return { fetch: [second, first] as never, feeds: [[x, ndarray([1, 2])]] };
    });
    expect(error?.fields["node"]).toBe("first");
  });

  it("leaves the variable as it was", () => {
    const graph = new Graph();
    graph.asDefault(() => {
      const v = new Variable([1, 2], { name: "v" });
      const ids = placeholder("int32", [null]);
      const step = gather(assignAdd(v, [1, 1]) as Tensor, ids);
      using session = new Session({ graph, engine });
      session.runSync(globalVariablesInitializer());
      expect(() => session.runSync(step, [[ids, ndarray([2], "int32")]])).toThrow(InvalidArgumentError);
      expect((session.runSync(v) as NDArray).toArray()).toEqual([1, 2]);
    });
  });
});

/** An integer pair of placeholders, fed. */
const integers =
  (op: (x: Tensor, y: Tensor) => Tensor, x: number, y: number, dtype: "int32" | "int64" = "int32") =>
  (): Attempt => {
    const [a, b] = [placeholder(dtype, [1]), placeholder(dtype, [1])];
    return {
      fetch: op(a, b),
      feeds: [
        [a, ndarray([x], dtype)],
        [b, ndarray([y], dtype)],
      ],
    };
  };
const fed =
  (op: (x: Tensor) => Tensor, x: NDArray, shape: readonly (number | null)[] | null = null) =>
  (): Attempt => {
    const input = placeholder(x.dtype, shape);
    return { fetch: op(input), feeds: [[input, x]] };
  };
const empty = (...shape: number[]): NDArray => new NDArray(ndarray(0).dtype, shape, new Float32Array(0));

/** What would end a process, or be computed to nonsense, if it went to ONNX Runtime as it is; and whether TensorFlow fails. */
const hostile: Readonly<Record<string, readonly [build: () => Attempt, fails: boolean]>> = {
  "an integer divided by zero": [integers(floordiv, 1, 0), true],
  "an integer divided by zero, truncating": [integers(truncatediv, 1, 0), true],
  "a 64-bit integer divided by zero": [integers(floordiv, 1, 0, "int64"), true],
  "the remainder of a division by zero": [integers(floormod, 1, 0), true],
  "the least integer divided by -1": [integers(truncatediv, -(2 ** 31), -1), false],
  "the remainder of the least integer by -1": [integers(floormod, -(2 ** 31), -1), false],
  "a constant division by zero": [
    fed((x) => floordiv(x, constant(ndarray([0], "int32"))), ndarray([1], "int32")),
    true,
  ],
  "a negative index": [fed((x) => gather([1, 2, 3], x), ndarray([-1], "int32")), true],
  "an index far outside": [fed((x) => gather([1, 2, 3], x), ndarray([2 ** 31 - 1], "int32")), true],
  "a constant index outside": [fed((x) => gather(x, [3]), ndarray([1, 2, 3])), true],
  "a negative index of several axes": [fed((x) => gatherNd([[1], [2]], x), ndarray([[-1, 0]], "int32")), true],
  "rows of an empty table": [fed((x) => gather(x, [0]), empty(0, 3)), true],
  "an update outside of a variable": [
    () => {
      const v = new Variable([1, 2]);
      const ids = placeholder("int32", [null]);
      return { fetch: scatterAdd(v, ids, [1]) as Tensor, feeds: [[ids, ndarray([-1], "int32")]] };
    },
    true,
  ],
  "a label outside of the classes": [
    fed((x) => nn.sparseSoftmaxCrossEntropyWithLogits({ labels: x, logits: [[1, 2]] }), ndarray([2], "int32")),
    true,
  ],
  "a negative label": [
    fed((x) => nn.sparseSoftmaxCrossEntropyWithLogits({ labels: x, logits: [[1, 2]] }), ndarray([-1], "int32")),
    true,
  ],
  "a negative size to fill": [fed((x) => fill(x, 1), ndarray([-2], "int32")), true],
  "more elements than any memory holds": [
    fed((x) => fill(x, 1), ndarray([2 ** 31 - 1, 2 ** 31 - 1, 2 ** 20], "int32")),
    true,
  ],
  "a reshape to another size": [fed((x) => reshape(x, [7]), ndarray([1, 2])), true],
  "a reshape to sizes below -1": [fed((x) => reshape([1, 2], x), ndarray([-2], "int32")), true],
  "a reshape with two unknown sizes": [fed((x) => reshape([1, 2], x), ndarray([-1, -1], "int32")), true],
  "a block outside of the tensor": [fed((x) => slice([1, 2, 3], x, [2]), ndarray([2], "int32")), true],
  "a block from a negative place": [fed((x) => slice([1, 2, 3], x, [2]), ndarray([-1], "int32")), true],
  "a negative number of copies": [fed((x) => tile([1, 2], x), ndarray([-1], "int32")), true],
  "parts of another size": [fed((x) => split(x, 2)[0] as Tensor, ndarray([1, 2, 3]), [null]), true],
  "fewer rows than asked for": [fed((x) => unstack(x, { num: 3 })[0] as Tensor, ndarray([1, 2]), [null]), true],
  "an axis that is not 1": [fed((x) => squeeze(x, { axis: [0] }), ndarray([1, 2]), [null]), true],
  "a sequence without step": [fed((x) => range(0, 5, x), ndarray(0, "int32"), []), true],
  "the best of no elements": [fed((x) => nn.topK(x, { k: 1 }).values, empty(0), [null]), true],
  "the best of integers of no rows": [
    fed((x) => nn.topK(cast(x, "int32"), { k: 2 }).values, empty(0, 3), [null, 3]),
    false,
  ],
  "products of empty matrices": [fed((x) => matmul(x, x, { transposeB: true }), empty(2, 0), [null, null]), false],
  "products of what does not fit": [fed((x) => matmul(x, x), empty(2, 3), [null, null]), true],
  "no hot one": [fed((x) => oneHot(x, 3), ndarray([-5, 7], "int32"), [null]), false],
  "an image smaller than the window": [
    fed(
      (x) => nn.maxPool(x, { ksize: [1, 5, 5, 1], strides: [1, 1, 1, 1], padding: "VALID" }),
      new NDArray(ndarray(0).dtype, [1, 2, 2, 1], new Float32Array(4)),
      [null, null, null, 1],
    ),
    true,
  ],
  "no images": [
    fed((x) => nn.maxPool(x, { ksize: [1, 2, 2, 1], strides: [1, 1, 1, 1], padding: "SAME" }), empty(0, 3, 3, 1), [
      null,
      3,
      3,
      1,
    ]),
    false,
  ],
};

describe("the process survives", () => {
  it.each(Object.entries(hostile))("%s", (_, [build, fails]) => {
    const error = failureOf(build);
    expect(error === null ? "no error" : error.fields["node"], error?.message ?? "").toEqual(
      fails ? expect.any(String) : "no error",
    );
    if (fails) expect(error).not.toBeNull();
  });
});
