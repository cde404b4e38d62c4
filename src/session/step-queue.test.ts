import { expect, it } from "vitest";
import { StepQueue } from "./step-queue.ts";

it("runs work one after the other, also after a failure", async () => {
  const queue = new StepQueue();
  const log: string[] = [];
  const work =
    (name: string, fails = false) =>
    async () => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const results = await Promise.allSettled([queue.add(work("a")), queue.add(work("b", true)), queue.add(work("c"))]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(log).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

it("begins at once when it is idle, and is idle for whoever awaited its work", async () => {
  const queue = new StepQueue();
  let hasBegun = false;
  const pending = queue.add(async () => {
    hasBegun = true;
  });
  expect([hasBegun, queue.isBusy]).toEqual([true, true]);
  await pending;
  expect(queue.isBusy).toBe(false);
  await queue.whenIdle();
});
