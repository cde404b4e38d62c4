/** Gradients through conditionals, loops and tensor arrays: their nodes, and what they give on every engine. */
import {
  add,
  cond,
  constant,
  constantInitializer,
  foldl,
  getVariable,
  gradients,
  type Literal,
  less,
  mapFn,
  multiply,
  ndarray,
  negative,
  placeholderWithDefault,
  type ShapeLike,
  scan,
  square,
  type Tensor,
  TensorArray,
  type TensorLike,
  type Variable,
  type WhileLoopOptions,
  whileLoop,
} from "namesake";
import { testFamily } from "./op-golden.ts";
import { testSteps } from "./step-golden.ts";

const xOf = (value: Literal, shape: ShapeLike | null = null): Tensor =>
  placeholderWithDefault(constant(value), shape, { name: "x" });
const wOf = (shape: readonly number[], value = 2, useResource = false): Variable =>
  getVariable("w", shape, { initializer: constantInitializer(value), ...(useResource && { useResource }) }) as Variable;
const int = (value: number): Tensor => constant(value, { dtype: "int32" });

/** `for (i = 0, p = start(); i < count; i += 1) p = step(p, i)` */
function loop(
  count: TensorLike,
  start: () => TensorLike,
  step: (p: Tensor, i: Tensor) => TensorLike,
  options: WhileLoopOptions = {},
): Tensor {
  const made = whileLoop(
    (i: Tensor) => less(i, count),
    (i: Tensor, p: Tensor) => [add(i, 1), step(p, i)],
    [int(0), start() as Tensor],
    options,
  );
  return (made as readonly Tensor[])[1] as Tensor;
}

const power = (x: Tensor, count: number, options: WhileLoopOptions = {}): Tensor =>
  loop(
    count,
    () => square(x),
    (p) => multiply(p, x),
    options,
  );

function condOf(value: number) {
  const x = xOf(value, []);
  return gradients(
    cond(
      less(x, 2),
      () => square(x),
      () => multiply(x, 3),
    ),
    [x],
  );
}

const pair = [1.5, -2];
const other = [1.5, -1];
const rows = [
  [1, 2],
  [3, 4],
];
const longer = [...rows, [0.5, -1]];
const anyShape: WhileLoopOptions = { shapeInvariants: [[], null] };

const conditionals = {
  "cond-true": () => condOf(1.5),
  "cond-false": () => condOf(3),
  "cond-one-branch": () => {
    const [x, w] = [xOf([1, 2], [2]), wOf([2])];
    const isLow = less(x.at([0]), 2);
    return gradients(
      cond(
        isLow,
        () => multiply(x, w),
        () => multiply(x, 3),
      ),
      [x, w],
    );
  },
  "cond-unknown-shape": () => {
    const [x, w] = [xOf([1, 2]), wOf([2], 2, true)];
    return gradients(
      cond(
        less(constant(3), 2),
        () => multiply(x, w),
        () => square(x),
      ),
      [x, w],
    );
  },
  "cond-nested": () => {
    const x = xOf(1.5, []);
    const inner = () =>
      cond(
        less(x, 1),
        () => square(x),
        () => multiply(x, 5),
      );
    return gradients(
      cond(less(x, 2), inner, () => negative(x)),
      [x],
    );
  },
  "gradients-in-branch": () => {
    const x = xOf(1.5, []);
    return cond(
      less(x, 2),
      () => gradients(square(x), [x])[0] as Tensor,
      () => negative(x),
    );
  },
};

const loops = {
  "while-power": () => {
    const x = xOf(pair, [2]);
    return gradients(power(x, 3), [x]);
  },
  "while-unknown-shape": () => {
    const x = xOf(pair);
    return gradients(power(x, 3), [x]);
  },
  "while-no-iteration": () => {
    const x = xOf(pair, [2]);
    return gradients(power(x, 0), [x]);
  },
  "while-no-back-prop": () => {
    const x = xOf(pair, [2]);
    return gradients(add(power(x, 3, { backProp: false }), x), [x]);
  },
  "while-serial": () => {
    const x = xOf(pair, [2]);
    return gradients(power(x, 3, { parallelIterations: 1, swapMemory: true }), [x]);
  },
  "while-variable": () => squaredTimes(wOf),
  "while-resource-variable": () => squaredTimes((shape) => wOf(shape, 2, true)),
  "while-unused-exit": () => {
    const x = xOf(pair, [2]);
    const made = whileLoop(
      (i: Tensor) => less(i, 3),
      (i: Tensor, p: Tensor, q: Tensor) => [add(i, 1), multiply(p, q), multiply(q, x)],
      [int(0), x, square(x)],
    );
    return gradients((made as readonly Tensor[])[1] as Tensor, [x]);
  },
  "while-forgets": () => {
    const x = xOf(pair, [2]);
    return gradients(
      loop(
        3,
        () => multiply(x, 3),
        () => square(x),
      ),
      [x],
    );
  },
  "while-with-cond": () => withCond(xOf(pair, [2])),
  "while-with-cond-unknown-shape": () => withCond(xOf(pair), anyShape),
  "while-nested": () => nested(xOf(other, [2]), wOf([2], 0.5)),
  "while-nested-unknown-shape": () => nested(xOf(other), wOf([2], 0.5, true), anyShape),
  "while-in-branch": () => {
    const x = xOf(other, [2]);
    return gradients(
      cond(
        less(int(1), 2),
        () => power(x, 2),
        () => negative(x),
      ),
      [x],
    );
  },
  "while-colocated": () => {
    const x = xOf(pair, [2]);
    return gradients(power(x, 2), [x], { colocateGradientsWithOps: true });
  },
  "gradients-in-body": () => {
    const x = xOf(other, [2]);
    return [
      loop(
        2,
        () => x,
        (p) => gradients(multiply(square(p), x), [p])[0] as Tensor,
      ),
    ];
  },
};

function squaredTimes(variable: (shape: readonly number[]) => Variable) {
  const [x, w] = [xOf(pair, [2]), variable([2])];
  return gradients(
    loop(
      3,
      () => x,
      (p) => multiply(square(p), w),
    ),
    [x, w],
  );
}

function withCond(x: Tensor, options: WhileLoopOptions = {}) {
  const w = wOf([2]);
  const step = (p: Tensor, i: Tensor) =>
    cond(
      less(i, 2),
      () => multiply(p, w),
      () => square(p),
    );
  return gradients(
    loop(4, () => x, step, options),
    [x, w],
  );
}

function nested(x: Tensor, w: Variable, options: WhileLoopOptions = {}) {
  const inner = (p: Tensor, i: Tensor) =>
    loop(
      i,
      () => p,
      (q) => multiply(square(q), w),
      options,
    );
  return gradients(
    loop(3, () => x, inner, options),
    [x, w],
  );
}

const arrays = {
  "map-square": () => {
    const x = xOf(rows, [2, 2]);
    return gradients(
      mapFn((r) => square(r), x),
      [x],
    );
  },
  "map-unknown-length": () => {
    const x = xOf(rows, [null, 2]);
    return gradients(
      mapFn((r) => square(r), x),
      [x],
    );
  },
  "scan-product": () => {
    const x = xOf(longer, [3, 2]);
    return gradients(
      scan((a, r) => multiply(a, r), x),
      [x],
    );
  },
  "fold-product": () => {
    const x = xOf(longer, [null, 2]);
    return gradients(
      foldl((a, r) => multiply(a, r), x),
      [x],
    );
  },
  "array-written-and-read": () => {
    const x = xOf([1, 2], [2]);
    const array = new TensorArray("float32", { size: 3, clearAfterRead: false }).write(0, x).write(2, square(x));
    const y = multiply(array.read(0), array.read(2)).add(array.read(0));
    return gradients(y, [x]);
  },
  "array-stacked": () => {
    const x = xOf([1, 2], [2]);
    return gradients(square(new TensorArray("float32", { size: 2 }).write(0, x).write(1, square(x)).stack()), [x]);
  },
  "array-unstacked": () => {
    const x = xOf(rows, [2, 2]);
    const array = new TensorArray("float32", { size: 2, clearAfterRead: false }).unstack(x);
    return gradients(multiply(array.read(0), array.read(1)), [x]);
  },
  "array-partly-read": () => {
    const x = xOf(rows, [2, 2]);
    return gradients(square(new TensorArray("float32", { size: 2 }).unstack(x).read(1)), [x]);
  },
  "array-split-and-concatenated": () => {
    const x = xOf([1, 2, 3], [3]);
    const array = new TensorArray("float32", { size: 2, inferShape: false }).split(x, ndarray([1, 2], "int32"));
    return gradients(square(array.concat()), [x]);
  },
  "two-gradients-of-an-array": () => {
    const x = xOf([1, 2], [2]);
    const y = new TensorArray("float32", { size: 1 }).write(0, x).read(0);
    return [...gradients(square(y), [x]), ...gradients(multiply(y, 3), [x])];
  },
};

const steps = { ...conditionals, ...loops, ...arrays };

testFamily("flow-gradients", {
  ...steps,
  "through-start-of-own-loop": () => {
    const x = xOf(other, [2]);
    return loop(
      2,
      () => x,
      (p) => gradients(square(p), [x])[0] as Tensor,
    );
  },
  "twice-through-a-loop": () => {
    const x = xOf(other, [2]);
    return gradients(gradients(power(x, 2), [x])[0] as Tensor, [x]);
  },
  "array-under-another-name": () => {
    const x = xOf([1, 2], [2]);
    return gradients(new TensorArray("float32", { size: 1 }).write(0, x).read(0), [x], { name: "slopes" });
  },
});

testSteps("flow-gradients", steps as never);
