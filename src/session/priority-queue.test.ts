import { expect, it } from "vitest";
import { PriorityQueue } from "./priority-queue.ts";

it("gives the smallest entry first, also when entries come in between", () => {
  const queue = new PriorityQueue<number>((a, b) => a - b);
  const inside: number[] = [];
  let state = 12345;
  for (let i = 0; i < 2000; i += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    if (state % 3 > 0) {
      inside.push(state % 500);
      queue.push(state % 500);
    } else {
      inside.sort((a, b) => a - b);
      expect(queue.pop()).toBe(inside.shift());
    }
    expect(queue.size).toBe(inside.length);
  }
});

it("gives nothing when it is empty", () => {
  expect(new PriorityQueue<number>((a, b) => a - b).pop()).toBeUndefined();
});
