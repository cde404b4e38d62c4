/** Every op that has a lowering, on random inputs of random types and shapes, with random knowledge of them: the model and the kernel must agree, in failing, too. */
import { afterAll, describe, expect, it } from "vitest";
import { composeLibrary } from "../../src/library.ts";
import { Unsupported } from "../../src/onnx/rule.ts";
import { onnxRuleOf } from "../../src/onnx/rules.ts";
import { type OpType, opDefs } from "../../src/ops/index.ts";
import { Dice } from "./random-numbers.ts";
import { draws, drawTrial } from "./random-trials.ts";
import { RuleLab } from "./rule-lab.ts";

const seed = Number(process.env["NAMESAKE_SEED"] ?? 20_261_121);
const count = Number(process.env["NAMESAKE_TRIALS"] ?? 20);
const lab = new RuleLab();
composeLibrary();
afterAll(() => lab.close());

const lowered = (Object.keys(opDefs) as OpType[]).filter(
  (type) => !(onnxRuleOf(type) instanceof Unsupported) && type !== "Const" && type !== "PlaceholderWithDefault",
);

describe(`random uses, seed ${seed}`, () => {
  it("know every op that has a lowering", () => expect(Object.keys(draws).sort()).toEqual([...lowered].sort()));

  it.each(lowered.map((type, place) => [type, place] as const))("%s: model and kernel agree", (type, place) => {
    const kinds = new Map<string, number>();
    // Goes on until the op was lowered at least once.
    for (let i = 0; i < count || (i < 50 * count && !kinds.has("same")); i += 1) {
      const { kind } = lab.try(drawTrial(type, new Dice(seed + 7919 * i + 104729 * place)));
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    expect(kinds.get("same") ?? 0, `lowered uses among ${JSON.stringify([...kinds])}`).toBeGreaterThan(0);
  });
});
