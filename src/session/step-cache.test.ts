import { beforeEach, expect, it } from "vitest";
import * as tf from "../index.ts";
import { type Releasable, StepCache } from "./step-cache.ts";

beforeEach(() => tf.resetDefaultGraph());

class Made implements Releasable {
  isReleased = false;
  release(): void {
    this.isReleased = true;
  }
}

function cache() {
  const made: Made[] = [];
  const steps = new StepCache(tf.getDefaultGraph(), () => {
    const one = new Made();
    made.push(one);
    return one;
  });
  return { made, steps };
}

it("finds a step again, however it is written", () => {
  const { made, steps } = cache();
  const x = tf.placeholder("float32", [], { name: "x" });
  const y = tf.identity(x, { name: "y" });
  const first = steps.resolve([y], [[x, 1]]).step;
  const again = [
    steps.resolve([y], [[x, 2]]),
    steps.resolve(y, new Map([[x, 3]])),
    steps.resolve({ nested: [["y:0"]] }, { "x:0": 4 }),
    steps.resolve([y], [[x, 5]]),
  ];
  expect(again.map(({ step }) => step)).toEqual([first, first, first, first]);
  expect(again.map(({ feeds }) => feeds[0]?.item())).toEqual([2, 3, 4, 5]);
  expect(made.length).toBe(1);
});

it("is not taken in by a list that was changed", () => {
  const { steps } = cache();
  const [x, y] = [tf.constant(1), tf.constant(2)];
  const fetches: tf.Fetch[] = [x];
  const first = steps.resolve(fetches, []);
  fetches[0] = y;
  expect(steps.resolve(fetches, []).step).not.toBe(first.step);
  const nested: tf.Fetch[][] = [[x]];
  const one = steps.resolve(nested, []);
  nested[0] = [x, y];
  expect(steps.resolve(nested, []).step).not.toBe(one.step);
});

it("takes the last value when a tensor is fed twice", () => {
  const { steps } = cache();
  const x = tf.placeholder("float32", [], { name: "x" });
  for (let i = 0; i < 2; i += 1) {
    const { feeds, step } = steps.resolve(x, [
      [x, 1],
      ["x:0", 2],
    ]);
    expect(feeds.map((one) => one.item())).toEqual([2]);
    expect(step).toBe(steps.resolve(x, [[x, 1]]).step);
  }
});

it("forgets what was not used for longest, and frees it", () => {
  const { made, steps } = cache();
  const tensors = Array.from({ length: 230 }, (_, i) => tf.constant(i));
  const kept = tensors[0] as tf.Tensor;
  const { step } = steps.resolve(kept, []);
  for (const tensor of tensors) {
    steps.resolve(tensor, []);
    steps.resolve([kept], []);
  }
  expect(steps.resolve(kept, []).step).toBe(step);
  expect([made[0]?.isReleased, made[1]?.isReleased, made.at(-1)?.isReleased]).toEqual([false, true, false]);
  steps.clear();
  expect(made.every(({ isReleased }) => isReleased)).toBe(true);
});
