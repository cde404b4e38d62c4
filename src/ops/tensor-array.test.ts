import { testFamily } from "../../test/op-golden.ts";
import { device } from "../graph/scope-functions.ts";
import type { Tensor } from "../graph/tensor.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { constant, placeholder, zeros } from "./array.ts";
import { cast } from "./cast.ts";
import { cond } from "./cond.ts";
import { TensorArray } from "./tensor-array.ts";
import type { TensorArrayOptions } from "./tensor-array-handle.ts";
import { whileLoop } from "./while-loop.ts";

const array = (size: number | Tensor | null = 2, options: TensorArrayOptions = {}): TensorArray =>
  new TensorArray("float32", { size, ...options });
const int = (value: number): Tensor => constant(value, { dtype: "int32" });
const zero = ndarray(0, "int32");

testFamily("tensor_array", {
  written: () =>
    array(3)
      .write(0, [1, 2])
      .write(int(1), constant([3, 4]))
      .read(0),
  options: () => {
    const a = new TensorArray("int64", {
      size: int(4),
      dynamicSize: true,
      clearAfterRead: false,
      tensorArrayName: "mine",
      inferShape: false,
      elementShape: [null, 2],
      name: "a",
    });
    return [
      a.handle,
      a.flow,
      a.size(),
      a.size({ name: "s" }),
      a.close({ name: "c" }),
      a.identity().read(1, { name: "r" }),
    ];
  },
  stacked: () => array(3, { elementShape: [2] }).stack(),
  "stacked-named": () =>
    array(int(3))
      .unstack([[1], [2], [3]], { name: "u" })
      .stack({ name: "s" }),
  "stacked-dynamic": () =>
    array(0, { dynamicSize: true })
      .unstack(placeholder("float32", [null, 3]))
      .stack(),
  gathered: () =>
    array(3)
      .scatter(
        [2, 0],
        [
          [1, 2],
          [3, 4],
        ],
        { name: "sc" },
      )
      .gather([0, 2], { name: "g" }),
  joined: () =>
    array(3)
      .split([1, 2, 3, 4, 5, 6], ndarray([2, 2, 2], "int32"), { name: "sp" })
      .concat({ name: "c" }),
  "joined-unequal": () =>
    array(2, { inferShape: false })
      .split(placeholder("float32", [3, 2]), constant([1, 2], { dtype: "int32" }))
      .concat(),
  "joined-unknown": () => array(2).concat(),
  "joined-scalars": () => array(2, { elementShape: [] }).concat(),
  colocated: () => {
    const x = device("/cpu:0", () => constant([1, 2], { name: "x" }));
    const [a, b] = device("/cpu:1", () => [
      array(2).write(0, x),
      array(2, { colocateWithFirstWriteCall: false }).write(0, x),
    ]);
    return [a?.write(1, [0, 0]).stack(), b?.stack()];
  },
  wrapped: () => {
    const a = array(2);
    const b = new TensorArray("float32", { handle: a.handle, flow: a.flow, name: "b" });
    return [b.size(), b.stack(), b.write(0, 1).flow];
  },
  "in-loop": () => {
    const [, a] = whileLoop(
      (i) => i.less(3),
      (i, a) => [i.add(1), a.write(i, cast(i, "float32"))],
      [zero, array(3, { elementShape: [] })],
    );
    return [a.stack(), a.write(0, 1).flow];
  },
  "in-loop-reads": () => {
    const xs = array(3).unstack(placeholder("float32", [3, 2]));
    return whileLoop(
      (i) => i.less(3),
      (i, s) => [i.add(1), s.add(xs.read(i))],
      [zero, zeros([2])],
    );
  },
  "in-loop-maximum": () =>
    whileLoop(
      () => true,
      (a) => a.write(0, 1),
      [array(3)],
      { maximumIterations: 1 },
    ).flow,
  "in-loop-structure": () =>
    whileLoop(
      (i) => i.less(3),
      (i, d) => [i.add(1), { a: d.a.write(i, 1), b: d.b }],
      [zero, { a: array(3), b: int(1) }],
    )[1].a.stack(),
  "in-loop-made": () =>
    whileLoop(
      (i) => i.less(3),
      (i, s) => [i.add(1), s.add(array(1).write(0, 1).read(0))],
      [zero, 0],
    ),
  "in-branches": () => {
    const a = array(2);
    const p = placeholder("bool", [], { name: "p" });
    return cond(
      p,
      () => a.write(0, 1),
      () => a,
    ).stack();
  },
  "in-branches-two": () => {
    const a = array(2);
    const p = placeholder("bool", [], { name: "p" });
    const [b, x] = cond(
      p,
      () => [a.write(0, 1), ndarray(1, "int32")] as const,
      () => [a.write(0, 2), ndarray(2, "int32")],
    );
    return [b.read(0), x];
  },
  "no-size": () => array(null),
  "size-and-handle": () => array(2, { handle: array(2).handle }),
  "handle-alone": () => array(null, { handle: array(2).handle }),
  "handle-named": () => array(null, { handle: array(2).handle, tensorArrayName: "a" }),
  "handle-number": () => array(null, { handle: 3 as never }),
  "handle-shaped": () => {
    const { handle, flow } = array(2);
    return array(null, { handle, flow, elementShape: [2] });
  },
  "handle-dynamic": () => {
    const { handle, flow } = array(2);
    return array(null, { handle, flow, dynamicSize: false });
  },
  "handle-clearing": () => {
    const { handle, flow } = array(2);
    return array(null, { handle, flow, clearAfterRead: true });
  },
  "other-shape": () => array(2).write(0, [1]).write(1, [1, 2]).flow,
  "other-element-shape": () => array(2, { elementShape: [2] }).write(0, [1]).flow,
  "other-element-shape-not-inferred": () => array(2, { elementShape: [2], inferShape: false }).unstack([[1]]).flow,
  "other-pieces": () => array(2, { elementShape: [2] }).split([1, 2, 3], ndarray([1, 1], "int32")).flow,
});
