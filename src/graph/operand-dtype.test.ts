import { describe, expect, it } from "vitest";
import { float64, int32, string } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { operandDType } from "./operand-dtype.ts";

const double = ndarray([1], "float64");
const whole = ndarray([1], "int32");

describe("operandDType", () => {
  it("gives a number the dtype of what stands beside it", () => {
    expect(operandDType(2.5, [undefined, double])).toBe(float64);
    expect(operandDType([[1, 2]], [whole])).toBe(int32);
  });

  it("leaves a fraction beside integers alone", () => {
    expect(operandDType(2.5, [whole])).toBeUndefined();
    expect(operandDType([1, 2.5], [whole])).toBeUndefined();
  });

  it("leaves alone what has a dtype of its own", () => {
    expect(operandDType(2n, [whole])).toBeUndefined();
    expect(operandDType(true, [whole])).toBeUndefined();
    expect(operandDType("a", [ndarray(["b"], string)])).toBeUndefined();
    expect(operandDType(whole, [double])).toBeUndefined();
    expect(operandDType([], [double])).toBeUndefined();
  });

  it("gives nothing when no other value has a dtype, or it is no number's", () => {
    expect(operandDType(1, [2, null, [3]])).toBeUndefined();
    expect(operandDType(1, [ndarray(["b"], string)])).toBeUndefined();
  });
});
