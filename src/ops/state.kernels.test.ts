/** The kernels of variables against what TensorFlow recorded (tools/goldens/state_ops.py). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { failureOf } from "../../test/failure-of.ts";
import type { KernelContext } from "../kernels/rule.ts";
import { byExecutor, type Kernel } from "../kernels/rule.ts";
import { allocate, asDType, type DTypeName } from "../tensor/dtype.ts";
import { type Element, NDArray, writeElement } from "../tensor/ndarray.ts";
import { stateDefs } from "./state.defs.ts";
import { stateKernels } from "./state.kernels.ts";

interface Value {
  readonly dtype: DTypeName;
  readonly shape: readonly number[];
  /** Numbers that JSON lacks are the strings "inf", "-inf" and "nan". */
  readonly data: readonly Element[];
}

interface Case {
  readonly op: keyof typeof stateDefs;
  readonly inputs: readonly Value[];
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly outputs?: readonly Value[];
  readonly error?: readonly [string, string];
}

const file = join(import.meta.dirname, "../../test/goldens/state.json");
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly Case[] };
const context: KernelContext = { node: { name: "n", type: "T" }, random: null, printCount: 0, print: () => undefined };

function decoded({ dtype: name, shape, data }: Value): NDArray {
  const dtype = asDType(name);
  const array = allocate(dtype, data.length);
  const special: Readonly<Record<string, number>> = { inf: Infinity, "-inf": -Infinity, nan: NaN };
  for (const [i, element] of data.entries()) {
    writeElement(dtype, array, i, dtype.isString ? element : (special[String(element)] ?? element));
  }
  return new NDArray(dtype, shape, array);
}

function run({ op, inputs, attrs }: Case): readonly NDArray[] {
  const kernel = stateKernels[op] as Kernel | typeof byExecutor;
  if (kernel === byExecutor) throw new Error(`${op} has no kernel`);
  const defaults = Object.fromEntries(
    Object.entries(stateDefs[op].attrs).map(([name, one]) => [name, "default" in one ? one.default : undefined]),
  );
  const result = kernel(inputs.map(decoded), { ...defaults, ...attrs } as never, context);
  return result instanceof NDArray ? [result] : result;
}

describe("kernels of variables", () => {
  it.each(
    cases.map(
      (one, i) =>
        [
          `${i} ${one.op} ${one.inputs.map(({ dtype, shape }) => `${dtype}[${shape.join(",")}]`).join(" ")}`,
          one,
        ] as const,
    ),
  )("%s", (_, one) => {
    if (one.error) {
      expect(failureOf(() => run(one))).toEqual(one.error);
      return;
    }
    expect(run(one).map((value) => [value.dtype.name, value.shape, value.toArray()])).toEqual(
      (one.outputs ?? []).map(decoded).map((value) => [value.dtype.name, value.shape, value.toArray()]),
    );
  });

  it("leave the values that they are given as they are", () => {
    const old = decoded({ dtype: "float32", shape: [2], data: [1, 2] });
    const kernel = stateKernels.AssignAdd as Kernel;
    kernel([old, old], {}, context);
    expect(old.toArray()).toEqual([1, 2]);
  });
});
