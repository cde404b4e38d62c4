/** `checkGradients`, and with it every op that can be differentiated: on the reference engine in float64, and on ONNX Runtime in float32. */
import { cast, createReferenceEngine, LookupError, multiply, square, stopGradient, truncatemod } from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { checkGradients } from "namesake/testing";
import { describe, expect, it } from "vitest";
import { NoRule, NotDifferentiable } from "../src/gradients/rule.ts";
import { gradientRuleOf } from "../src/gradients/rules.ts";
import { opDefs } from "../src/ops/index.ts";
import { checkedElsewhere, opChecks } from "./gradient-checks/index.ts";

describe("on the reference engine in float64", () => {
  const engine = createReferenceEngine();
  it.each(opChecks.map((one, i) => [`${i} ${one.name}`, one] as const))("%s", (_, one) => {
    const { build, values, order } = one;
    const report = checkGradients(build, values, { order, engine, dtype: one.isNarrow ? "float32" : "float64" });
    expect(report.problems, String(report)).toEqual([]);
  });
});

it("every op that is differentiated is checked", () => {
  const checked = new Set(opChecks.flatMap(({ name }) => name.split(" ")));
  const missing = Object.keys(opDefs).filter((type) => {
    const entry = gradientRuleOf(type);
    const hasRule = entry !== undefined && !(entry instanceof NoRule) && !(entry instanceof NotDifferentiable);
    return hasRule && !checked.has(type) && !(type in checkedElsewhere);
  });
  expect(missing).toEqual([]);
});

describe("on ONNX Runtime in float32", () => {
  const engine = createOnnxRuntimeEngine();
  // A float32 has seven digits: differences over steps of 1/64 keep two to three of them.
  it.each(opChecks.map((one, i) => [`${i} ${one.name}`, one] as const))("%s", (_, { build, values, order }) => {
    const report = checkGradients(build, values, { order, dtype: "float32", engine });
    expect(report.problems, String(report)).toEqual([]);
  });
});

describe("the check itself", () => {
  it("tells which derivatives differ", () => {
    const report = checkGradients((x) => stopGradient(square(x)), [[1, 2]], { order: 1 });
    expect(report.problems.map(({ index, gradient }) => [index, gradient])).toEqual([
      [[0], 0],
      [[1], 0],
    ]);
    expect(String(report)).toMatch(
      /^2 of 2 derivatives differ:\n {2}first order, by input 0 at \[0\]: gradient 0, difference [1-3]/,
    );
  });

  it("tells how many derivatives are right", () => {
    expect(String(checkGradients((x, y) => multiply(x, y), [[1, 2], 3]))).toBe(
      "all 6 derivatives are what differences say",
    );
  });

  it("sees what is wrong in the second order", () => {
    const report = checkGradients((x) => multiply(multiply(stopGradient(x), x), x), [2]);
    expect(report.problems.map(({ order }) => order)).toContain(2);
  });

  it("looks at empty tensors, and refuses functions without a float", () => {
    expect(checkGradients((x) => square(x), [[]]).count).toBe(0);
    expect(() => checkGradients((x) => cast(x, "int32"), [1])).toThrow("No result is of a floating type.");
  });

  it("fails where a gradient arrives at an op that has none", () => {
    expect(() => checkGradients((x) => truncatemod(x, 2), [1.5])).toThrow(LookupError);
  });
});
