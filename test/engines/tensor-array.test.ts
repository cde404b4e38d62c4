/** What tensor arrays do in a step, on every engine. */
import {
  cast,
  cond,
  constant,
  controlDependencies,
  ndarray,
  placeholderWithDefault,
  type Tensor,
  TensorArray,
  type TensorArrayOptions,
  type TensorLike,
  whileLoop,
  zeros,
} from "namesake";
import { applyOp } from "../../src/graph/apply-op.ts";
import { tensorArrayDefs as defs } from "../../src/ops/tensor-array.defs.ts";
import { testSteps } from "../step-golden.ts";

type Size = TensorLike | null;

const array = (size: Size = 2, options: TensorArrayOptions = {}): TensorArray =>
  new TensorArray("float32", { size, ...options });
const ints = (value: TensorLike): Tensor => constant(value as number, { dtype: "int32" });
const unknown = (value: TensorLike, dtype: "float32" | "int32" = "float32"): Tensor =>
  placeholderWithDefault(constant(value as number, { dtype }), null);
const zero = ndarray(0, "int32");
const different = { inferShape: false };

function twice(read: (a: TensorArray) => Tensor, options: TensorArrayOptions = {}): Tensor {
  const a = array(2, options).unstack([1, 2]);
  return controlDependencies([read(a)], () => read(a.identity()));
}

function closed<R>(use: (a: TensorArray) => R): R {
  const a = array(2, { dynamicSize: true });
  return controlDependencies([a.close()], () => use(a.identity()));
}

/** An op of an array of one float, with inputs that the class would not let through. */
function raw(op: keyof typeof defs, inputs: readonly TensorLike[], attrs: object = {}, a = array(1)): Tensor[] {
  return [...applyOp(defs[op], [a.handle, ...inputs, a.flow], attrs as never).outputs];
}

function filled(n = 4): TensorArray {
  return whileLoop(
    (i) => i.less(n),
    (i, a) => [i.add(1), a.write(i, cast(i.mul(i), "float32"))],
    [zero, array(n)],
  )[1];
}

const writes = {
  flow: () => array(3).flow,
  "writes and reads": () => [array(2).write(1, [1, 2]).read(1), array(2).unstack([5, 6]).read(0)],
  "read of what was not written": () => array(3).read(0),
  "read of what was not written, shape known": () => array(3, { elementShape: [2] }).read(0),
  "read behind the end": () => array(3).read(3),
  "read before the start": () => array(3).read(-1),
  "write behind the end": () => array(3).write(3, 1).flow,
  "write before the start": () => array(3, { dynamicSize: true }).write(-1, 1).flow,
  "write makes it longer": () => array(3, { dynamicSize: true }).write(5, 1).size(),
  "holes are zeros": () => array(0, { dynamicSize: true }).write(2, 1).stack(),
  "second write": () => array(3, { name: "abc" }).write(0, 1).write(0, 2).flow,
  "second write, named": () => array(3, { tensorArrayName: "foo" }).write(0, 1).write(0, 2).flow,
  "second write, not after the first": () => {
    const a = array(2, { name: "a" });
    return [a.write(0, 1).flow, a.write(0, 2).flow];
  },
  "second read": () => twice((a) => a.read(0)),
  "second read, not cleared": () => twice((a) => a.read(0), { clearAfterRead: false }),
  "second stack": () => twice((a) => a.stack()),
  "second stack, not cleared": () => twice((a) => a.stack(), { clearAfterRead: false }),
  "write-after-read": () => {
    const a = array(3).write(0, 1);
    return controlDependencies([a.read(0)], () => a.identity()).write(0, 2).flow;
  },
  "ordered-by-control": () => {
    const a = array(2, { elementShape: [] });
    return controlDependencies([a.write(0, 1).flow, a.write(1, 2).flow], () => a.identity().stack());
  },
  "other shape": () =>
    array(3)
      .write(0, unknown([1]))
      .write(1, unknown([1, 2])).flow,
  "other shape, not inferred": () =>
    array(3, different)
      .write(0, unknown([1]))
      .write(1, unknown([1, 2]))
      .read(1),
  "other element shape": () => array(3, { elementShape: [null, 2] }).write(0, unknown([[1]])).flow,
};

const joins = {
  "stack of shapes": () =>
    array(2, different)
      .write(0, unknown([1]))
      .write(1, unknown([1, 2]))
      .stack(),
  "concat of lengths": () =>
    array(2, different)
      .write(0, unknown([1]))
      .write(1, unknown([1, 2]))
      .concat(),
  "concat of shapes": () =>
    array(2, different)
      .write(0, unknown([[1]]))
      .write(1, unknown([[1, 2]]))
      .concat(),
  "concat of ranks": () =>
    array(2, different)
      .write(0, unknown([1]))
      .write(1, unknown([[1, 2]]))
      .concat(),
  "concat of scalars": () => array(2, different).write(0, unknown(1)).write(1, unknown(1)).concat(),
  lengths: () => raw("TensorArrayConcatV3", [], { dtype: "float32", element_shape_except0: [2] }, array(0)),
  "concat of another rest": () =>
    raw(
      "TensorArrayConcatV3",
      [],
      { dtype: "float32", element_shape_except0: [3] },
      array(1).write(0, unknown([[1, 2]])),
    )[0] as Tensor,
  "Write of another dtype": () => raw("TensorArrayWriteV3", [zero, ints([1])]),
  "Scatter of another dtype": () => raw("TensorArrayScatterV3", [ndarray([0], "int32"), ints([1])]),
  "Split of another dtype": () => raw("TensorArraySplitV3", [ints([1]), ndarray([1], "int64")]),
  "Read of another dtype": () => raw("TensorArrayReadV3", [zero], { dtype: "int32" }),
  "Gather of another dtype": () => raw("TensorArrayGatherV3", [ndarray([0], "int32")], { dtype: "int32" }),
  "Concat of another dtype": () => raw("TensorArrayConcatV3", [], { dtype: "int32" }),
  empty: () => array(0).stack(),
  "empty, shape known": () => [array(0, { elementShape: [2] }).stack(), array(0, { elementShape: [3, 2] }).concat()],
  "empty, shape partly known": () => array(0, { elementShape: [null] }).stack(),
  "empty concat": () => array(0).concat(),
  "empty concat, rest known": () => array(0, { elementShape: [null, 2] }).concat(),
  "empty unstack": () => [
    array(0).unstack(unknown([])).size(),
    array(0)
      .unstack(zeros([0, 2]))
      .stack(),
  ],
  "gather behind the end": () => array().unstack([1, 2]).gather([5]),
  "gather before the start": () => array().unstack([1, 2]).gather([-1]),
  "gather of a matrix": () =>
    array()
      .unstack([1, 2])
      .gather(unknown([[0]], "int32")),
  "gather of one twice": () => array().unstack([1, 2]).gather([0, 0]),
  "gather of one twice, not cleared": () =>
    array(2, { clearAfterRead: false })
      .unstack([
        [1, 2],
        [3, 4],
      ])
      .gather([1, 0, 1]),
  "gather of a shape": () =>
    raw("TensorArrayGatherV3", [ndarray([0], "int32")], { dtype: "float32", element_shape: [3] }, array()),
  "gather of another shape": () =>
    raw(
      "TensorArrayGatherV3",
      [ndarray([0], "int32")],
      { dtype: "float32", element_shape: [3] },
      array(2, { elementShape: [2] }),
    ),
};

const pieces = {
  "scatter of another count": () => array().scatter([0], unknown([1, 2])).flow,
  "scatter behind the end": () => array().scatter([0, 2], unknown([1, 2])).flow,
  "scatter before the start": () => array(2, { name: "a" }).scatter([0, -1], unknown([1, 2])).flow,
  "scatter makes it longer": () =>
    array(0, { dynamicSize: true })
      .scatter([3, 1], unknown([1, 2]))
      .stack(),
  "scatter to one twice": () => array().scatter([0, 0], unknown([1, 2])).flow,
  "scatter of a scalar": () => array().scatter([0, 0], unknown(1)).flow,
  "scatter to a matrix": () => array().scatter(unknown([[0]], "int32"), unknown([1])).flow,
  "scatter of another shape": () => array(2, { elementShape: [3] }).scatter([0], unknown([[1]])).flow,
  "unstack of too much": () => array().unstack(unknown([1, 2, 3])).flow,
  split: () =>
    array(2, different)
      .split(unknown([1, 2, 3]), [1, 2])
      .read(1),
  "split of another sum": () => array().split(unknown([1, 2, 3]), [1, 1]).flow,
  "split of another count": () => array(3).split(unknown([1, 2, 3]), [1, 2]).flow,
  "split makes it longer": () =>
    array(1, { ...different, dynamicSize: true })
      .split(unknown([1, 2, 3]), [1, 2])
      .size(),
  "split of fewer": () =>
    array(3, { ...different, dynamicSize: true })
      .split(unknown([1, 2, 3]), [1, 2])
      .size(),
  "split of two lengths": () =>
    array(1, { dynamicSize: true })
      .split(unknown([1, 2, 3]), [1, 2])
      .size(),
  "split of a scalar": () => array(1).split(unknown(1), [1]).flow,
  "split by a scalar": () => array(1).split(unknown([1]), unknown(1, "int32")).flow,
  "negative size": () => array(-1).flow,
  "size of rank 1": () => array(unknown([1], "int32")).flow,
  "index of rank 1": () => array().write(unknown([0], "int32"), 1).flow,
  "read of rank 1": () => array().read(unknown([0], "int32")),
  "closed twice": () => closed((a) => a.close()),
  "closed size": () => closed((a) => a.size()),
  "closed read": () => closed((a) => a.read(0)),
  "closed write": () => closed((a) => a.write(0, 1).flow),
  "closed stack": () => closed((a) => a.stack()),
  "closed concat": () => closed((a) => a.concat()),
  "closed scatter": () => closed((a) => a.scatter([0], [1]).flow),
  "closed split": () => closed((a) => a.split([1], [1]).flow),
  strings: () => [
    new TensorArray("string", { size: 2 }).unstack(["a", "b"]).stack(),
    new TensorArray("string", { size: 2 }).unstack([["a"], ["b"]]).concat(),
  ],
  complex: () => new TensorArray("complex64", { size: 2 }).unstack(cast([1, 3], "complex64")).stack(),
  "booleans of other dtypes": () =>
    (["bool", "float16", "int64", "float64"] as const).map((dtype) =>
      new TensorArray(dtype, { size: 2 }).unstack(cast([1, 0], dtype)).stack(),
    ),
  "bare flow": () =>
    new TensorArray("float32", { handle: array(2, { elementShape: [] }).handle, flow: constant(0) }).stack(),
};

testSteps("tensor_array", {
  ...writes,
  ...joins,
  ...pieces,
  "loop fills": () => [filled().stack(), filled(0).size()],
  "loop-goes-on": () => {
    const start = new TensorArray("int32", { size: 6, clearAfterRead: false }).scatter([0, 1], ints([0, 1]));
    return whileLoop(
      (i) => i.less(6),
      (i, a) => [i.add(1), a.write(i, a.read(i.sub(1)).add(a.read(i.sub(2))))],
      [ndarray(2, "int32"), start],
    )[1].stack();
  },
  "nested-loops": () => {
    const row = (i: Tensor, rows: TensorArray): [Tensor, TensorArray] => {
      const [, columns] = whileLoop(
        (k) => k.less(3),
        (k, a) => [k.add(1), a.write(k, i.mul(10).add(k))],
        [zero, new TensorArray("int32", { size: 3 })],
      );
      return [i.add(1), rows.write(i, columns.stack())];
    };
    return whileLoop((i) => i.less(2), row, [zero, new TensorArray("int32", { size: 2 })])[1].stack();
  },
  branches: () => {
    const either = (p: boolean): Tensor => {
      const a = array(2, { elementShape: [] });
      return cond(
        constant(p),
        () => a.write(0, 1),
        () => a.write(1, 2),
      ).stack();
    };
    return [either(true), either(false)];
  },
});
