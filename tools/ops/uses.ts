/** Small uses of each op, on which is tried what an engine makes of it: the random ones of the lowering tests, with fixed seeds, and what TensorFlow recorded. */
import { readdirSync, readFileSync } from "node:fs";
import { type OpType, opDefs } from "../../src/ops/index.ts";
import type { NDArray } from "../../src/tensor/ndarray.ts";
import { Dice } from "../../test/lowering/random-numbers.ts";
import { draws, drawTrial } from "../../test/lowering/random-trials.ts";
import type { Trial } from "../../test/lowering/rule-lab.ts";
import { type Encoded, type Value, valueOf } from "../../test/lowering/values.ts";

type Input = Value | Encoded | readonly (Value | Encoded)[];

interface Case {
  readonly op: string;
  readonly attrs: Readonly<Record<string, never>>;
  readonly inputs: readonly Input[];
  readonly error?: unknown;
}

/** How many uses of an op are tried: enough that some are right ones. */
const DRAWN = 24;
const RECORDED = 6;

const folder = new URL("../../test/goldens/", import.meta.url);
let recorded: ReadonlyMap<string, readonly Trial[]> | null = null;

/** Uses of an op, right ones and wrong ones, the same in each run. */
export function usesOf(type: OpType): readonly Trial[] {
  recorded ??= recordedUses();
  const drawn = type in draws ? Array.from({ length: DRAWN }, (_, i) => drawTrial(type, new Dice(7919 * i))) : [];
  return [...drawn, ...(recorded.get(type) ?? [])];
}

function recordedUses(): Map<string, Trial[]> {
  const uses = new Map<string, Trial[]>();
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()) {
    const { kernels = [], cases = [] } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as {
      readonly kernels?: readonly Case[];
      readonly cases?: readonly Case[];
    };
    for (const one of [...kernels, ...cases]) {
      if (!(one.op in opDefs) || !Array.isArray(one.inputs) || one.error !== undefined) continue;
      const list = uses.get(one.op) ?? [];
      if (list.length < RECORDED) list.push(trialOf(one));
      uses.set(one.op, list);
    }
  }
  return uses;
}

/** Tables differ in how they write a list of tensors: as one input, or as all of them. */
export function inputsOf({ op, inputs }: Pick<Case, "op" | "inputs">): Trial["inputs"] {
  const isList = (input: Input): input is readonly (Value | Encoded)[] =>
    Array.isArray(input) && typeof input[0] !== "string";
  const values: (NDArray | NDArray[])[] = inputs.map((input) => (isList(input) ? input.map(valueOf) : valueOf(input)));
  const declared: readonly string[] = opDefs[op as OpType].inputs;
  return declared.length === 1 && /\*/.test(declared[0] as string) ? [values.flat()] : values;
}

function trialOf(one: Case): Trial {
  return { type: one.op as OpType, inputs: inputsOf(one), attrs: one.attrs, known: ["shape", "value"] };
}
