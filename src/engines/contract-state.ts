/** The engine contract: variables keep their values between steps, and what goes in and out of a session is nobody else's memory. */

import { controlDependencies } from "../graph/scope-functions.ts";
import type { Tensor } from "../graph/tensor.ts";
import { placeholder, zeros } from "../ops/array.ts";
import { less } from "../ops/compare.ts";
import { cond } from "../ops/cond.ts";
import { add, multiply } from "../ops/math.ts";
import { matmul } from "../ops/matmul.ts";
import { reshape } from "../ops/shape.ts";
import { whileLoop } from "../ops/while-loop.ts";
import { type NDArray, ndarray } from "../tensor/ndarray.ts";
import { assign, assignAdd, scatterAdd } from "../variables/assign.ts";
import { Variable } from "../variables/variable.ts";
import { type CaseContext, type ContractCase, inNewGraph, valuesOf } from "./contract-case.ts";

function twoKinds(): readonly { readonly kind: string; readonly useResource: boolean }[] {
  return [
    { kind: "reference", useResource: false },
    { kind: "resource", useResource: true },
  ];
}

/** One case for each kind of variable. */
function forBothKinds(
  name: string,
  run: (context: CaseContext, useResource: boolean) => Promise<void>,
): ContractCase[] {
  return twoKinds().map(({ kind, useResource }) => ({
    name: `${name} (${kind})`,
    run: (context) => run(context, useResource),
  }));
}

async function keepsValues({ session, expect }: CaseContext, useResource: boolean): Promise<void> {
  const { graph, v, w, update } = inNewGraph((made) => {
    const v = new Variable([1, 2], { useResource });
    const w = new Variable(ndarray(5n), { useResource });
    return { graph: made, v, w, update: [assignAdd(v, [1, 1]), assignAdd(w, ndarray(2n))] };
  });
  const one = session({ graph });
  await one.run([v.initializer, w.initializer]);
  expect(await valuesOf(one, [v, w])).toEqual([[1, 2], 5n]);
  await one.run(update);
  await one.run(update);
  expect(await valuesOf(one, [v, w])).toEqual([[3, 4], 9n]);
}

async function seesOldAndNew({ session, expect }: CaseContext, useResource: boolean): Promise<void> {
  const { graph, v, before, after } = inNewGraph((made) => {
    const v = new Variable(1, { useResource });
    const before = v.add(0);
    const write = assignAdd(v, 10);
    const after = controlDependencies([write], () => v.add(0));
    return { graph: made, v, before, after };
  });
  const one = session({ graph });
  await one.run(v.initializer);
  expect(await valuesOf(one, [before, after])).toEqual([1, 11]);
  expect(await valuesOf(one, [after, before])).toEqual([21, 11]);
}

async function swaps({ session, expect }: CaseContext, useResource: boolean): Promise<void> {
  const { graph, v, w, swap } = inNewGraph((made) => {
    const v = new Variable([1], { useResource });
    const w = new Variable([2], { useResource });
    const [x, y] = [multiply(v, 1), multiply(w, 1)];
    return { graph: made, v, w, swap: [assign(v, y), assign(w, x)] };
  });
  const one = session({ graph });
  await one.run([v.initializer, w.initializer]);
  await one.run(swap);
  expect(await valuesOf(one, [v, w])).toEqual([[2], [1]]);
}

async function scatters({ session, expect }: CaseContext, useResource: boolean): Promise<void> {
  const { graph, v, update } = inNewGraph((made) => {
    const v = new Variable(
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
      { useResource },
    );
    return {
      graph: made,
      v,
      update: scatterAdd(v, ndarray([2, 0, 2], "int32"), [
        [1, 0],
        [5, 5],
        [1, 0],
      ]),
    };
  });
  const one = session({ graph });
  await one.run(v.initializer);
  await one.run(update);
  expect(await valuesOf(one, [v])).toEqual([
    [
      [6, 6],
      [2, 2],
      [5, 3],
    ],
  ]);
}

async function ownsItsMemory({ session, expect }: CaseContext, useResource: boolean): Promise<void> {
  const { graph, v, x, store } = inNewGraph((made) => {
    const v = new Variable(zeros([2]), { useResource });
    const x = placeholder("float32", [2]);
    return { graph: made, v, x, store: assign(v, reshape(x, [2])) };
  });
  const one = session({ graph });
  await one.run(v.initializer);
  const fed = ndarray([1, 2]);
  const results = [await one.run(store, [[x, fed]]), await one.run(v)] as NDArray[];
  for (const array of [fed, ...results]) (array.data as Float32Array).fill(9);
  expect(await valuesOf(one, [v])).toEqual([[1, 2]]);
  const [first, second] = (await one.run([v, v.value()])) as unknown as [NDArray, NDArray];
  (first.data as Float32Array).fill(7);
  expect(second.toArray()).toEqual([1, 2]);
}

async function keepsSessionsApart({ session, expect }: CaseContext, useResource: boolean): Promise<void> {
  const { graph, v, update } = inNewGraph((made) => {
    const v = new Variable(1, { useResource });
    return { graph: made, v, update: assignAdd(v, 1) };
  });
  const [one, other] = [session({ graph }), session({ graph })];
  await Promise.all([one.run(v.initializer), other.run(v.initializer)]);
  await Promise.all([one.run(update), one.run(update), other.run(update), one.run(update)]);
  expect([await valuesOf(one, [v]), await valuesOf(other, [v])]).toEqual([[4], [2]]);
}

async function sharesAnEngine({ newEngine, session, expect }: CaseContext, useResource: boolean): Promise<void> {
  const engine = newEngine();
  const { graph, v } = inNewGraph((made) => ({ graph: made, v: new Variable([1, 2], { useResource }) }));
  const [one, other] = [session({ graph, engine }), session({ graph, engine })];
  await one.run(v.initializer);
  await other.run(v.initializer);
  one.close();
  expect(await valuesOf(other, [v])).toEqual([[1, 2]]);
  other.close();
  engine.close();
}

async function changesShape({ session, expect }: CaseContext): Promise<void> {
  const { graph, v, x, store, total } = inNewGraph((made) => {
    const v = new Variable([0], { validateShape: false });
    const x = placeholder("float32");
    return { graph: made, v, x, store: assign(v, x, { validateShape: false }), total: add(v, 1) };
  });
  const one = session({ graph });
  await one.run(v.initializer);
  expect(await valuesOf(one, [total])).toEqual([[1]]);
  await one.run(store, [
    [
      x,
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ]);
  expect(await valuesOf(one, [total])).toEqual([
    [
      [2, 3],
      [4, 5],
    ],
  ]);
}

async function trains({ session, expect }: CaseContext, useResource: boolean): Promise<void> {
  const { graph, w, x, step } = inNewGraph((made) => {
    const w = new Variable([[1], [1]], { useResource });
    const x = placeholder("float32", [null, 2]);
    const output = matmul(x, w);
    const slope = matmul(x, output, { transposeA: true });
    return { graph: made, w, x, step: assign(w, w.sub(multiply(slope, 0.5))) };
  });
  const one = session({ graph });
  await one.run(w.initializer);
  for (let i = 0; i < 3; i += 1)
    await one.run(step, [
      [
        x,
        [
          [1, 0],
          [0, 1],
        ],
      ],
    ]);
  expect(await valuesOf(one, [w])).toEqual([[[0.125], [0.125]]]);
}

async function followsControlFlow({ session, expect }: CaseContext, useResource: boolean): Promise<void> {
  const { graph, v, taken, branch, loop } = inNewGraph((made) => {
    const v = new Variable(1, { useResource });
    const taken = placeholder("bool", []);
    const branch = cond(
      taken,
      () => add(assignAdd(v, 1), 0),
      () => v.add(100),
    );
    const body = (i: Tensor): Tensor => controlDependencies([assignAdd(v, 1)], () => add(i, 1));
    return {
      graph: made,
      v,
      taken,
      branch: branch as Tensor,
      loop: whileLoop((i: Tensor) => less(i, 3), body, [zeros([])]) as Tensor,
    };
  });
  const one = session({ graph });
  await one.run(v.initializer);
  expect([await valuesOf(one, [branch], [[taken, true]]), await valuesOf(one, [branch], [[taken, false]])]).toEqual([
    [2],
    [102],
  ]);
  expect(await valuesOf(one, [loop, v])).toEqual([3, useResource ? 2 : 5]);
  expect(await valuesOf(one, [v])).toEqual([5]);
}

/** What variables are. */
export const stateCases: readonly ContractCase[] = [
  ...forBothKinds("keeps values between steps", keepsValues),
  ...forBothKinds("reads the old value before a write and the new one after it", seesOldAndNew),
  ...forBothKinds("swaps two variables in one step", swaps),
  ...forBothKinds("updates rows, also twice the same one", scatters),
  ...forBothKinds("shares no memory with what was fed or fetched", ownsItsMemory),
  ...forBothKinds("keeps the values of two sessions apart", keepsSessionsApart),
  ...forBothKinds("serves two sessions with one engine", sharesAnEngine),
  { name: "lets a variable without a fixed shape change it", run: changesShape },
  ...forBothKinds("trains", trains),
  ...forBothKinds("follows branches and loops", followsControlFlow),
];
