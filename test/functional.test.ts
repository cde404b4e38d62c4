/** Functions over the elements of tensors, and `caseOf`: their nodes, and what they give on every engine. */
import {
  caseOf,
  cast,
  cond,
  constant,
  foldl,
  foldr,
  getVariable,
  type Literal,
  mapFn,
  ndarray,
  negative,
  ones,
  onesInitializer,
  placeholderWithDefault,
  reduceSum,
  type ShapeLike,
  scan,
  stack,
  type Tensor,
  zeros,
} from "namesake";
import { testFamily } from "./op-golden.ts";
import { testSteps } from "./step-golden.ts";

type DType = "float32" | "int32" | "string";

const unknown = (value: Literal, shape: ShapeLike | null = null): Tensor =>
  placeholderWithDefault(constant(value), shape);
const c = (value: Literal, dtype: DType = "float32", name = "c"): Tensor => constant(value, { dtype, name });
const int = (value: number): Tensor => constant(value, { dtype: "int32" });
const variable = (name: string, shape: readonly number[], useResource = false) =>
  getVariable(name, shape, { initializer: onesInitializer(), ...(useResource && { useResource }) });
const rows = [
  [1, 2],
  [3, 4],
];

const maps = {
  "map-square": () => mapFn((x) => x.mul(x), c([1, 2, 3])),
  "map-unknown-length": () => mapFn((x) => x.add(1), unknown(rows, [null, 2]), { name: "m", parallelIterations: 3 }),
  "map-unknown-shape": () => mapFn((x) => reduceSum(x), unknown(rows)),
  "map-to-other-dtype": () => mapFn((x) => cast(x, "int32"), c([1.5, 2.5]), { dtype: "int32" }),
  "map-structure": () => {
    const result = mapFn(
      (e) => ({ s: e.a.add(e.b), d: [e.a.sub(e.b)] as const }),
      { b: c([1, 2]), a: c([3, 5]) },
      { dtype: { d: ["float32"], s: "float32" } },
    );
    return [result.s, result.d[0]];
  },
  "map-pair-to-one": () => mapFn(([a, b]) => a.mul(b), [c([1, 2, 3]), c([4, 5, 6])], { dtype: "float32" }),
  "map-one-to-pair": () => mapFn((x) => [x, negative(x)], c([1, 2]), { dtype: ["float32", "float32"] }),
  "map-different-shapes": () =>
    mapFn((n) => reduceSum(ones([n])), c([1, 3], "int32"), {
      dtype: "float32",
      inferShape: false,
      backProp: false,
      swapMemory: true,
    }),
  "map-nested": () => mapFn((row) => mapFn((x) => x.mul(2), row), c(rows)),
  "map-variable": () => {
    const v = variable("v", [2]);
    return mapFn((x) => x.add(v), c(rows));
  },
  "map-makes-variable": () => mapFn((x) => x.mul(variable("w", [])), c([1, 2])),
  "map-makes-resource-variable": () => mapFn((x) => x.mul(variable("w", [], true)), c([1, 2])),
  "map-over-resource-variable": () => mapFn((x) => x.add(1), variable("v", [2], true)),
  "map-over-variable": () => mapFn((x) => x.add(1), variable("v", [2])),
  "map-nothing": () => mapFn((x) => x.add(1), zeros([0, 2])),
  "map-strings": () => mapFn((x) => x, c(["a", "b"], "string")),
  "map-conditional": () =>
    mapFn(
      (x) =>
        cond(
          x.greater(2),
          () => x,
          () => negative(x),
        ),
      c([1, 2, 3]),
    ),
};

const folds = {
  "foldl-sum": () => foldl((a, x) => a.add(x), c([1, 2, 3])),
  "foldl-initializer": () =>
    foldl((a, x) => a.sub(x), c([1, 2, 3]), { initializer: c(10), name: "f", parallelIterations: 1 }),
  "foldl-structure": () =>
    foldl(
      (a, e) => [a[0].add(e.x), a[1].mul(e.y)],
      { x: c([1, 2]), y: c([3, 4]) },
      { initializer: [c(0), c(1)] as const },
    ),
  "foldl-unknown": () => foldl((a, x) => a.sub(x), unknown([1, 2, 3], [null])),
  "foldl-variable": () => {
    const v = variable("v", [3]);
    return foldl((a, x) => a.add(x.mul(variable("w", []))), v);
  },
  "foldr-difference": () => foldr((a, x) => a.sub(x), c([1, 2, 10])),
  "foldr-initializer": () => foldr((a, x) => a.sub(x), c([1, 2, 3]), { initializer: c(10), backProp: false }),
  "foldr-unknown": () => foldr((a, x) => a.sub(x), unknown([1, 2, 10], [null])),
  "foldr-unknown-initializer": () => foldr((a, x) => a.sub(x), unknown([1, 2, 10], [null]), { initializer: c(0) }),
};

const scans = {
  "scan-sums": () => scan((a, x) => a.add(x), c([1, 2, 3])),
  "scan-reverse": () => scan((a, x) => a.sub(x), c([1, 2, 10]), { reverse: true, name: "s" }),
  "scan-initializer": () => scan((a, x) => a.mul(x), c([1, 2, 3], "int32"), { initializer: c(2, "int32") }),
  "scan-initializer-reverse": () =>
    scan((a, x) => a.sub(x), c([1, 2, 3]), { initializer: c(0), reverse: true, inferShape: false }),
  "scan-unknown": () => [
    scan((a, x) => a.add(x), unknown(rows)),
    scan((a, x) => a.add(x), unknown([1, 2, 3], [null]), { reverse: true }),
  ],
  "scan-unknown-initializer": () =>
    scan((a, x) => a.add(reduceSum(x)), unknown(rows, [null, 2]), { initializer: c(0), reverse: true }),
  "scan-fibonacci": () =>
    scan((a) => [a[1], a[0].add(a[1])], zeros([5]), { initializer: [c(0, "int32"), c(1, "int32")] as const }),
  "scan-structure": () => {
    const result = scan((a, e) => ({ x: a.x.add(e.x), y: a.y.mul(e.y) }), { x: c([1, 2]), y: c([3, 4]) });
    return [result.x, result.y];
  },
  "scan-variable": () => scan((a, x) => a.add(x.mul(variable("w", [2]))), c(rows)),
  "scan-nothing": () => scan((a, x) => a.add(x), zeros([0, 2]), { initializer: zeros([2]) }),
  "scan-map": () => scan((a, row) => a.add(mapFn((x) => x.mul(x), row)), c(rows)),
};

function compared(value = 5): readonly [Tensor, Tensor] {
  const x = c(value, "int32", "x");
  return [x.less(3), x.less(8)];
}

function pairs(value?: number) {
  const [low, middle] = compared(value);
  return [[low, () => int(1)] as const, [middle, () => int(2)] as const];
}

const three = { default: () => int(3) };

const cases = {
  "case-default": () => caseOf(pairs(), three),
  "case-no-default": () => caseOf(pairs()),
  "case-none-true": () => caseOf(pairs(9)),
  "case-exclusive": () => caseOf(pairs(), { ...three, exclusive: true, name: "k" }),
  "case-two-true": () => caseOf(pairs(1), { ...three, exclusive: true }),
  "case-exclusive-no-default": () => caseOf(new Map(pairs()), { exclusive: true }),
  "case-strict": () => {
    const [low, middle] = compared();
    const branches = [[low, () => [int(1)]] as const, [middle, () => [int(2)]] as const];
    return caseOf(branches, { default: () => [int(3)], strict: true });
  },
  "case-pairs-of-results": () => {
    const [low] = compared();
    return caseOf([[low, () => [int(1), constant(2)]]], { default: () => [int(3), constant(4)] });
  },
};

const steps = { ...maps, ...folds, ...scans, ...cases };

testFamily("functional", {
  ...steps,
  "map-scalar": () => mapFn((x) => x, c(1)),
  "map-scalar-second": () => mapFn((x) => x[0], [c([1]), c(1)], { dtype: "float32" }),
  "map-empty-list": () => mapFn((x) => x, []),
  "map-lengths-differ": () => mapFn((x) => x[0], [c([1, 2]), c([1, 2, 3])], { dtype: "float32" }),
  "map-other-structure": () => mapFn((x) => [x, x], c([1, 2])),
  "foldl-scalar": () => foldl((a) => a, c(1)),
  "foldl-empty": () => foldl((a) => a, []),
  "foldl-shape-changes": () => foldl((a, x) => stack([a, x]), c([1, 2])),
  "scan-other-structure": () => scan((a) => [a], c([1, 2])),
  "scan-scalar": () => scan((a) => a, c(1)),
  "scan-lengths-differ": () => scan((a) => a, [c([1, 2]), c([1, 2, 3])]),
  "case-not-boolean": () => caseOf([[c(1, "int32"), () => constant(1)]]),
  "case-not-function": () => caseOf([[compared()[0], 1 as never]]),
  "case-no-tensor": () => caseOf([[true as never, () => constant(1)]]),
  "case-triple": () => {
    compared();
    return caseOf([[1, 2, 3].map((x) => ndarray(x, "int32")) as never]);
  },
});

testSteps("functional", steps as never);
