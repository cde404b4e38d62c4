/** The table of element types that rules go by, against the installed ONNX Runtime. */
import { describe, expect, it } from "vitest";
import { type OnnxOperator, type OperatorTraits, operators } from "../../src/onnx/model/operators.ts";
import { OnnxRuntimeProbe } from "../../tools/onnxruntime/probe.ts";

describe("the installed ONNX Runtime", () => {
  const probe = new OnnxRuntimeProbe();
  it.each(Object.keys(operators) as OnnxOperator[])("has the kernels for %s", (type) => {
    const { types }: OperatorTraits = operators[type];
    expect(probe.typesOf(type)).toEqual(expect.arrayContaining([...types]));
  });
});
