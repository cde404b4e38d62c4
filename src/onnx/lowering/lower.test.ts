import { describe, expect, it } from "vitest";
import { graphScope, runInScope } from "../../graph/ambient-scope.ts";
import { applyOp, applyOp1 } from "../../graph/apply-op.ts";
import { Graph } from "../../graph/graph.ts";
import type { Operation } from "../../graph/operation.ts";
import { composeLibrary } from "../../library.ts";
import { opDefs } from "../../ops/index.ts";
import { float32, int32 } from "../../tensor/dtype.ts";
import { NDArray, ndarray } from "../../tensor/ndarray.ts";
import { asShape } from "../../tensor/shape.ts";
import { opNameOfNode } from "../builder.ts";
import { Unsupported } from "../rule.ts";
import { type LoweredModel, lowerSlice, type OnnxSlice, type OnnxSliceValue } from "./lower.ts";

composeLibrary();

const value = (
  name: string,
  shape: readonly (number | null)[] = [2],
  constant: NDArray | null = null,
): OnnxSliceValue => ({
  name,
  dtype: float32,
  shape: asShape(shape),
  constant,
});

/** An op on placeholders. */
function op(type: keyof typeof opDefs, inputs: readonly OnnxSliceValue[], attrs = {}, name: string = type): Operation {
  return runInScope(graphScope(new Graph()), () => {
    const tensors = inputs.map(({ dtype, shape }) => applyOp1(opDefs.Placeholder, [], { dtype, shape }));
    return applyOp(opDefs[type], tensors, attrs, name);
  });
}

function lowered(slice: OnnxSlice, canStoreOutside = false): LoweredModel {
  const result = lowerSlice(slice, { canStoreOutside });
  if (result instanceof Unsupported) throw new Error(result.why);
  return result;
}

const graphOf = ({ model }: LoweredModel) => model.graph as NonNullable<LoweredModel["model"]["graph"]>;

describe("a lowered slice", () => {
  const [x, y, sum, product] = [value("x:0"), value("y:0"), value("sum:0"), value("product:0")] as const;

  it("has the slice's inputs and outputs in order, with what is known of their shapes", () => {
    const open = value("open:0", [null, 3]);
    const out = value("out:0", [null, 3]);
    const made = lowered({
      nodes: [{ op: op("Square", [open]), inputs: [open], outputs: [out] }],
      inputs: [open],
      outputs: [out],
    });
    const [input] = graphOf(made).input;
    expect(made.inputNames).toEqual(["open:0"]);
    expect(input?.type?.tensorType?.shape?.dim).toEqual([{}, { dimValue: 3 }]);
    expect(graphOf(made).output.map(({ name }) => name)).toEqual(made.outputNames);
  });

  it("names nodes after the op, so that a failure leads back to it", () => {
    const [out] = [value("out:0")];
    const made = lowered({
      nodes: [{ op: op("Rsqrt", [x], {}, "scope/norm"), inputs: [x], outputs: [out] }],
      inputs: [x],
      outputs: [out],
    });
    const names = graphOf(made).node.map(({ name }) => name as string);
    expect(new Set(names).size).toBe(2);
    expect(names.map(opNameOfNode)).toEqual(["scope/norm", "scope/norm"]);
  });

  it("gives versions of one variable names of their own", () => {
    const [before, after] = [value("v:0"), value("v:0")];
    const made = lowered({
      nodes: [{ op: op("AddV2", [before, after]), inputs: [before, after], outputs: [sum] }],
      inputs: [before, after],
      outputs: [sum],
    });
    expect(new Set(made.inputNames).size).toBe(2);
  });

  it("gives an output of its own to a value that is an input, or is wanted twice", () => {
    const [same, twin] = [value("same:0"), value("twin:0")];
    const pass = op("Identity", [x]);
    const made = lowered({
      nodes: [
        { op: pass, inputs: [x], outputs: [same] },
        { op: pass, inputs: [x], outputs: [twin] },
      ],
      inputs: [x],
      outputs: [same, twin],
    });
    expect(new Set([...made.inputNames, ...made.outputNames]).size).toBe(3);
    expect(graphOf(made).node.map(({ opType }) => opType)).toEqual(["Identity", "Identity"]);
  });

  it("stores equal constants once, and none that nothing takes", () => {
    const constants = [ndarray([1, 2]), ndarray([1, 2]), ndarray([3, 4])].map((array, i) =>
      value(`c${i}:0`, [2], array),
    );
    const [first, second] = constants as [OnnxSliceValue, OnnxSliceValue];
    const made = lowered({
      nodes: [
        { op: op("AddV2", [x, first], {}, "a"), inputs: [x, first], outputs: [sum] },
        { op: op("Mul", [sum, second], {}, "b"), inputs: [sum, second], outputs: [product] },
      ],
      inputs: [x],
      outputs: [product],
    });
    expect(graphOf(made).initializer.map(({ dims }) => dims)).toEqual([[2]]);
  });

  it("leaves large constants beside the model where they can be handed over, and in it elsewhere", () => {
    const size = 2 ** 15;
    const large = value("large:0", [size], new NDArray(float32, [size], new Float32Array(size)));
    const whole = value("whole:0", [size]);
    const slice = {
      nodes: [{ op: op("AddV2", [whole, large]), inputs: [whole, large], outputs: [sum] }],
      inputs: [whole],
      outputs: [sum],
    };
    const outside = lowered(slice, true);
    expect(outside.external.map((constant) => constant.value === large.constant)).toEqual([true]);
    expect(outside.fedConstants).toEqual([]);
    expect(graphOf(outside).input.length).toBe(1);
    const inside = lowered(slice);
    expect([inside.external.length, inside.fedConstants.length]).toEqual([0, 0]);
    expect(graphOf(inside).initializer.map(({ rawData }) => rawData?.byteLength)).toEqual([4 * size]);
  });

  describe("of an op that nothing takes anything of", () => {
    const unknown = value("unknown:0", [null]);
    const indices = { ...value("indices:0"), dtype: int32 };
    const keptOf = (...nodes: OnnxSlice["nodes"]): number => {
      const wanted = { op: op("AddV2", [x, y], {}, "wanted"), inputs: [x, y], outputs: [sum] };
      const made = lowered({ nodes: [...nodes, wanted], inputs: [x, y, unknown, indices], outputs: [sum] });
      expect(made.outputNames.length).toBe(1);
      expect(graphOf(made).output.map(({ name }) => name)).toEqual(made.keptNames);
      return made.keptNames.length - 1;
    };
    const mul = (...inputs: OnnxSliceValue[]) => ({ op: op("Mul", inputs), inputs, outputs: [product] });

    it("keeps it where it may fail: for an element, or for a shape", () => {
      const gather = { op: op("Gather", [x, indices]), inputs: [x, indices], outputs: [product] };
      expect(keptOf(gather)).toBe(1);
      expect(keptOf(mul(x, unknown))).toBe(1);
    });

    it("drops it where it cannot, and what only it takes", () => {
      const exp = { op: op("Exp", [product]), inputs: [product], outputs: [value("exp:0")] };
      expect(keptOf(mul(x, y))).toBe(0);
      expect(keptOf(mul(x, y), exp)).toBe(0);
      expect(keptOf(mul(x, unknown), exp)).toBe(1);
    });

    it("drops products of matrices that go together, of however many rows", () => {
      const [rows, weights, made] = [
        value("rows:0", [null, 3]),
        value("weights:0", [3, 4]),
        value("made:0", [null, 4]),
      ];
      const matmul = (left: OnnxSliceValue) => ({
        op: op("MatMul", [left, weights]),
        inputs: [left, weights],
        outputs: [made],
      });
      const keptOfProduct = (left: OnnxSliceValue): number =>
        lowered({
          nodes: [matmul(left), { op: op("AddV2", [x, y]), inputs: [x, y], outputs: [sum] }],
          inputs: [x, y, left, weights],
          outputs: [sum],
        }).keptNames.length - 1;
      expect([keptOfProduct(rows), keptOfProduct(value("any:0", [null, null]))]).toEqual([0, 1]);
    });
  });

  it("goes by the graph's shapes between ops", () => {
    const images = value("images:0", [1, 4, 4, 3]);
    const filter = value("filter:0", [3, 3, 3, 8]);
    const bias = value("bias:0", [8]);
    const [made, biased] = [value("made:0", [1, 4, 4, 8]), value("biased:0", [1, 4, 4, 8])];
    const result = lowerSlice({
      nodes: [
        {
          op: op("Conv2D", [images, filter], { strides: [1, 1, 1, 1], padding: "SAME" }),
          inputs: [images, filter],
          outputs: [made],
        },
        { op: op("BiasAdd", [made, bias]), inputs: [made, bias], outputs: [biased] },
      ],
      inputs: [images, filter, bias],
      outputs: [biased],
    });
    expect(result).not.toBeInstanceOf(Unsupported);
  });

  it("is refused with the rule's reason", () => {
    const out = value("out:0");
    const result = lowerSlice({
      nodes: [{ op: op("Atan2", [x, y]), inputs: [x, y], outputs: [out] }],
      inputs: [x, y],
      outputs: [out],
    });
    expect(result).toEqual(new Unsupported("ONNX has no Atan2"));
  });
});
