/** Every case that TensorFlow recorded for a kernel, as an ONNX model: with all that the graph may know of its inputs, and with nothing. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { composeLibrary } from "../../src/library.ts";
import { type OpType, opDefs } from "../../src/ops/index.ts";
import { trainingDefs } from "../../src/ops/training.defs.ts";
import type { NDArray } from "../../src/tensor/ndarray.ts";
import type { Tolerance } from "./nearness.ts";
import { type Known, RuleLab } from "./rule-lab.ts";
import { type Encoded, type Value, valueOf } from "./values.ts";

/** Tables differ in how they write a list of tensors: as one input, or as all of them. */
interface Case {
  readonly op: OpType;
  readonly attrs: Readonly<Record<string, never>>;
  readonly inputs: readonly (Value | Encoded | readonly (Value | Encoded)[])[];
}
interface Golden {
  readonly kernels?: readonly Case[];
  readonly cases?: readonly Case[];
}

const folder = join(import.meta.dirname, "../goldens");
const ways: readonly (readonly Known[])[] = [["shape", "value"], ["rank", "value"], ["nothing"]];
/** Sums that cancel, and arguments of many periods. */
const tolerances: Readonly<Partial<Record<OpType, Tolerance>>> = {
  Conv2DBackpropInput: { absolute: 2e-6 },
  Conv2DBackpropFilter: { absolute: 4e-6 },
  LRNGrad: { absolute: 1e-6 },
  AdjustContrastv2: { absolute: 2e-6 },
  Einsum: { absolute: 2e-6 },
  Conv3D: { absolute: 2e-6 },
  Conv3DBackpropInputV2: { absolute: 2e-6 },
  FusedBatchNormGrad: { absolute: 4e-6 },
  FusedBatchNormGradV2: { absolute: 4e-6 },
  FusedBatchNormGradV3: { absolute: 4e-6 },
  FusedBatchNorm: { absolute: 2e-6 },
  FusedBatchNormV2: { absolute: 2e-6 },
  FusedBatchNormV3: { absolute: 2e-6 },
  // Sums of pixels are rounded after each addition in the model, once in the kernel; they may cancel.
  ResizeArea: { ulps: 16, absolute: 2e-6 },
  ResizeBicubic: { ulps: 16, absolute: 2e-5 },
  Sin: { absolute: 1e-15 },
  SoftmaxCrossEntropyWithLogits: { absolute: 1e-6 },
  SparseSoftmaxCrossEntropyWithLogits: { absolute: 1e-6 },
};

/** Steps of optimizers: the kernel rounds what it stores, the model every operation, and differences cancel. */
const updateTolerance: Tolerance = { ulps: 64, absolute: 4e-6 };

/** Where the model is known to differ. */
const differences = [
  {
    reason:
      "ONNX Runtime's MaxPool does not treat not-a-number the same everywhere, and knows nothing below minus infinity",
    applies: (op: OpType, values: readonly NDArray[]) => op.startsWith("MaxPool") && values.some(hasNoFinite),
  },
];
const hasNoFinite = (value: NDArray): boolean =>
  value.dtype.isFloating &&
  Array.from({ length: value.size }, (_, i) => value.at(i)).some((x) => x !== x || x === -Infinity);

composeLibrary();
const lab = new RuleLab();
afterAll(() => lab.close());

const isList = (input: Case["inputs"][number]): input is readonly (Value | Encoded)[] =>
  Array.isArray(input) && typeof input[0] !== "string";

for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const { kernels = [], cases = [] } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Golden;
  const known = [...kernels, ...cases].filter(({ op, inputs }) => op in opDefs && Array.isArray(inputs));
  if (known.length === 0) continue;
  describe(file, () => {
    it.each(known.map((one, i) => [`#${i} ${one.op}`, one] as const))("%s", (_, one) => {
      const inputs = one.inputs.map((input) => (isList(input) ? input.map(valueOf) : valueOf(input)));
      const def = opDefs[one.op];
      const grouped = def.inputs.length === 1 && /\*/.test(def.inputs[0] as string) ? [inputs.flat()] : inputs;
      if (differences.some(({ applies }) => applies(one.op, inputs.flat()))) return;
      const tolerance = tolerances[one.op] ?? (one.op in trainingDefs ? updateTolerance : {});
      for (const way of ways) {
        const { kind } = lab.try({ type: one.op, inputs: grouped, attrs: one.attrs, known: way, tolerance });
        expect(["same", "fails", "refused", "invalid"]).toContain(kind);
      }
    });
  });
}
