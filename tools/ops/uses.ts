/** Small uses of each op, on which is tried what an engine makes of it: the random ones of the lowering tests, with fixed seeds, and what TensorFlow recorded. */
import type { OpType } from "../../src/ops/index.ts";
import { Dice } from "../../test/lowering/random-numbers.ts";
import { draws, drawTrial } from "../../test/lowering/random-trials.ts";
import type { Trial } from "../../test/lowering/rule-lab.ts";
import { recordedCases } from "../../test/recorded-cases.ts";

/** How many uses of an op are tried: enough that some are right ones. */
const DRAWN = 24;
const RECORDED = 6;

let recorded: ReadonlyMap<string, readonly Trial[]> | null = null;

/** Uses of an op, right ones and wrong ones, the same in each run. */
export function usesOf(type: OpType): readonly Trial[] {
  recorded ??= recordedUses();
  const drawn = type in draws ? Array.from({ length: DRAWN }, (_, i) => drawTrial(type, new Dice(7919 * i))) : [];
  return [...drawn, ...(recorded.get(type) ?? [])];
}

function recordedUses(): Map<string, Trial[]> {
  const uses = new Map<string, Trial[]>();
  for (const { type, inputs, attrs, fails } of recordedCases()) {
    const list = uses.get(type) ?? [];
    if (!fails && list.length < RECORDED) list.push({ type, inputs, attrs, known: ["shape", "value"] });
    uses.set(type, list);
  }
  return uses;
}
