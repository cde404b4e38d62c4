import { describe, expect, it } from "vitest";
import { counted, inGraph, operators, PassLab, type Program, withGradients } from "../../../test/lowering/pass-lab.ts";
import { placeholder } from "../../ops/array.ts";
import { concat } from "../../ops/concat.ts";
import { add, addN, multiply } from "../../ops/math.ts";
import { reduceSum } from "../../ops/reduce.ts";
import { shapeN } from "../../ops/shape.ts";
import { tanh } from "../../ops/trigonometry.ts";
import { withSharedSizes } from "./shared-sizes.ts";

const lab = new PassLab(withSharedSizes);

/** What is asked twice is the next pass's to find: how often each operator stands in the finished model. */
const finished = (program: Program) => counted(operators(program));

describe("values of one shape", () => {
  it("are asked for it once", () => {
    const program = inGraph(() => {
      const x = placeholder("float32", [null, 3]);
      const values = [x, tanh(x), multiply(tanh(x), x), add(x, 1)];
      return { feeds: [x], wanted: [...values.slice(1), ...shapeN(values)] };
    });
    expect(lab.counts(program).before["Shape"]).toBe(4);
    expect(finished(program)["Shape"]).toBe(1);
  });

  it("are compared once: gradients of operations of the same operands ask the same", () => {
    const program = inGraph(() => {
      const [x, y] = [placeholder("float32", [null, 3]), placeholder("float32", [null, 3])];
      const products = [multiply(x, y), multiply(tanh(x), tanh(y)), multiply(y, x)];
      return withGradients(reduceSum(concat(products, 1)), [x, y]);
    });
    expect(lab.counts(program).before["Compress"]).toBe(6);
    // The third has them the other way round.
    expect(finished(program)["Compress"]).toBe(4);
  });

  it("need no reshape to the other's shape", () => {
    const program = inGraph(() => {
      const x = placeholder("float32", [null, 3]);
      return { feeds: [x], wanted: [addN([tanh(x), multiply(x, x)])] };
    });
    const { before, after } = lab.counts(program);
    expect([before["Reshape"], after["Reshape"]]).toEqual([1, undefined]);
    expect(after["Identity"]).toBe(1);
  });
});

describe("what stays", () => {
  it("are questions to values of shapes that may differ, and their checks", () => {
    const program = inGraph(() => {
      const [x, y] = [placeholder("float32", [null, 3]), placeholder("float32", [null, 3])];
      return { feeds: [x, y], wanted: [addN([x, y]), ...shapeN([x, y])] };
    });
    const { before, after } = lab.counts(program);
    expect([before["Reshape"], after["Reshape"]]).toEqual([1, 1]);
    expect(finished(program)["Shape"]).toBe(2);
  });

  it("is what may fail, although only its shape is taken", () => {
    const program = inGraph(() => {
      const [x, y] = [placeholder("float32", [null, 3]), placeholder("float32", [null, 3])];
      const sum = addN([x, y]);
      return { feeds: [x, y], wanted: [...shapeN([x, sum])] };
    });
    const { Reshape, Add } = finished(program);
    expect([Reshape, Add]).toEqual([1, 1]);
  });
});
