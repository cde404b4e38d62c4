import {
  AUTO_REUSE,
  constant,
  type DTypeName,
  type Fetch,
  fill,
  fixedSizePartitioner,
  GraphKeys,
  getCollection,
  globalVariables,
  type Literal,
  layers,
  losses,
  nn,
  type Operation,
  onesInitializer,
  placeholder,
  placeholderWithDefault,
  reduceSum,
  type ShapeLike,
  Tensor,
  trainableVariables,
  variableScope,
  whileLoop,
} from "namesake";
import { describe, expect, it } from "vitest";
import { testFamily } from "../../test/op-golden.ts";
import { testSteps } from "../../test/step-golden.ts";
import { float32 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";

function unknown(value: Literal, shape: ShapeLike | null = null, dtype: DTypeName = "float32"): Tensor {
  return placeholderWithDefault(constant(value, { dtype }), shape);
}

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

function numbers(shape: readonly number[], numberAt: (i: number) => number): NDArray {
  const size = shape.reduce((a, b) => a * b, 1);
  return new NDArray(
    float32,
    shape,
    Float32Array.from({ length: size }, (_, i) => numberAt(i)),
  );
}

const ramp = (...shape: number[]): Tensor => constant(numbers(shape, (i) => ((i % 7) - 3) / 4));
/** Not all alike, and the same everywhere. */
const weights = (shape: readonly number[]): Tensor => constant(numbers(shape, (i) => ((i % 5) - 2) / 4));
const kernel = { kernelInitializer: weights, biasInitializer: onesInitializer() };
/** Variables by their names. */
const named = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);
const updates = (): Operation[] => getCollection(GraphKeys.UPDATE_OPS) as Operation[];
const updated = (y: Tensor): Tensor[] => [y, ...updates().map((op) => op.output(0))];
const l2 = (w: unknown): Tensor => nn.l2Loss(w as Tensor);

/** Programs whose nodes and whose values are compared. */
const both: Readonly<Record<string, () => readonly Fetch[] | Fetch>> = {
  "dense-layers": () => {
    const x = ramp(2, 3);
    return [
      layers.dense(x, 4, kernel),
      layers.dense(x, 2, { activation: nn.relu, name: "d", ...kernel }),
      layers.dense(x, 2, { useBias: false, name: "d", reuse: true }),
      layers.dense(ramp(2, 3, 3), 2, kernel),
    ];
  },
  "dense-unknown": () => [
    layers.dense(
      unknown(
        [
          [1, 2],
          [3, 4],
        ],
        [null, 2],
      ),
      3,
      kernel,
    ),
    layers.dense(unknown([[[1, 2]]], [null, null, 2]), 3, kernel),
  ],
  "dense-float64": () =>
    layers.dense(constant([[1, 2]], { dtype: "float64" }), 2, { kernelInitializer: onesInitializer() }),
  convolutions: () => [
    layers.conv1d(ramp(2, 6, 2), 3, 2, { padding: "causal", ...kernel }),
    layers.conv1d(ramp(2, 6, 2), 3, 2, { dilationRate: 2, ...kernel }),
    layers.conv2d(ramp(2, 5, 4, 2), 3, [2, 3], { strides: [2, 1], padding: "same", activation: nn.relu, ...kernel }),
    layers.conv2d(ramp(1, 6, 6, 2), 2, 2, { dilationRate: 2, ...kernel }),
    layers.conv3d(ramp(1, 3, 3, 3, 2), 2, 2, kernel),
  ],
  "convolutions-of-unknown-size": () => {
    const value = constant(numbers([1, 3, 3, 2], (i) => i / 8));
    const x = placeholderWithDefault(value, [null, null, null, 2]);
    return [
      layers.conv2d(x, 3, 2, kernel),
      layers.conv2dTranspose(x, 2, 3, { strides: 2, ...kernel }),
      layers.separableConv2d(x, 2, 2, { depthwiseInitializer: weights, pointwiseInitializer: weights }),
    ];
  },
  transposed: () => [
    layers.conv2dTranspose(ramp(1, 2, 3, 2), 2, 3, { strides: 2, padding: "same", ...kernel }),
    layers.conv2dTranspose(ramp(1, 2, 3, 2), 2, [3, 1], { useBias: false, kernelInitializer: weights }),
    layers.conv3dTranspose(ramp(1, 2, 2, 2, 1), 2, 2, { strides: 2, activation: nn.relu, ...kernel }),
  ],
  separable: () => {
    const given = { depthwiseInitializer: weights, pointwiseInitializer: weights };
    return [
      layers.separableConv1d(ramp(2, 6, 2), 3, 2, { padding: "causal", ...given }),
      layers.separableConv1d(ramp(2, 6, 2), 3, 2, { strides: 2, padding: "same", ...given }),
      layers.separableConv2d(ramp(1, 5, 5, 2), 3, 2, { depthMultiplier: 2, activation: nn.relu, ...given }),
      layers.separableConv2d(ramp(1, 5, 5, 2), 3, 2, { dilationRate: 2, ...given }),
    ];
  },
  pools: () => [
    layers.maxPooling1d(ramp(2, 6, 2), 2, 2),
    layers.averagePooling1d(ramp(2, 5, 2), 3, 1, { padding: "same" }),
    layers.maxPooling2d(ramp(1, 5, 5, 2), [2, 3], [2, 1], { name: "p" }),
    layers.averagePooling2d(ramp(1, 4, 4, 2), 2, 2),
    layers.maxPooling3d(ramp(1, 4, 4, 4, 1), 2, 2),
    layers.averagePooling3d(ramp(1, 4, 4, 4, 1), 2, 2, { padding: "same" }),
  ],
  flattened: () => [
    layers.flatten(ramp(2, 3, 2)),
    layers.flatten(unknown([[[1, 2]]], [null, 1, 2])),
    layers.flatten(unknown([[[1, 2]]], [1, null, 2])),
    layers.flatten(unknown([[[1, 2]]], [null, null, 2])),
    layers.flatten(ramp(3)),
    layers.flatten(unknown([[1, 2]])),
  ],
  "normalized-images": () => {
    const x = ramp(2, 3, 2, 2);
    return [layers.batchNormalization(x), ...updated(layers.batchNormalization(x, { training: true }))];
  },
  "normalized-rows": () => {
    const x = ramp(4, 3);
    const given = { training: true, momentum: 0.9, epsilon: 0.01, name: "b" };
    return [layers.batchNormalization(x), ...updated(layers.batchNormalization(x, given))];
  },
  "normalized-without-parameters": () => [
    layers.batchNormalization(ramp(2, 3, 2, 2), { center: false, scale: false, training: true }),
    layers.batchNormalization(ramp(4, 3), { center: false, training: true }),
    layers.batchNormalization(ramp(4, 3), { scale: false }),
  ],
  "normalized-by-condition": () => {
    const [on, off] = [unknown(true, [], "bool"), unknown(false, [], "bool")];
    return [
      layers.batchNormalization(ramp(4, 3), { training: on }),
      layers.batchNormalization(ramp(4, 3), { training: off }),
      layers.batchNormalization(ramp(2, 3, 2, 2), { training: on }),
      layers.batchNormalization(ramp(2, 3, 2, 2), { training: off }),
    ];
  },
  "normalized-along-axes": () => [
    layers.batchNormalization(ramp(4, 3, 2), { axis: [1, 2], training: true }),
    layers.batchNormalization(ramp(4, 3, 2), { axis: 1, training: true }),
    layers.batchNormalization(ramp(2, 2, 2, 3, 2), { training: true }),
  ],
  renormalized: () => {
    const x = ramp(4, 3);
    const renormClipping = { rmin: 0.5, rmax: 2, dmax: 1 };
    return [
      ...updated(layers.batchNormalization(x, { training: true, renorm: true, renormClipping })),
      layers.batchNormalization(x, { renorm: true }),
    ];
  },
  "virtual-batches": () => [
    ...updated(layers.batchNormalization(ramp(4, 3), { training: true, virtualBatchSize: 2 })),
    layers.batchNormalization(ramp(4, 3), { virtualBatchSize: 2 }),
  ],
  adjusted: () => {
    const adjustment = (shape: Tensor): [Tensor, Tensor] => [fill(shape, 2), fill(shape, 0.5)];
    return [
      layers.batchNormalization(ramp(4, 3), { training: true, adjustment }),
      layers.batchNormalization(ramp(4, 3), { training: false, adjustment }),
    ];
  },
};

testFamily("layers", {
  ...both,
  "channels-first": () => {
    const x = p([2, 3, 6, 5]);
    const dataFormat = "channels_first";
    return [
      layers.conv2d(x, 4, 2, { dataFormat }),
      layers.conv1d(p([2, 3, 6]), 4, 2, { dataFormat }),
      layers.maxPooling2d(x, 2, 2, { dataFormat }),
      layers.averagePooling3d(p([2, 3, 4, 4, 4]), 2, 2, { dataFormat }),
      layers.flatten(x, { dataFormat }),
      layers.batchNormalization(x, { axis: 1, training: true }),
      layers.separableConv1d(p([2, 3, 6]), 4, 2, { dataFormat }),
    ];
  },
  dropouts: () => {
    const x = ramp(2, 3);
    const layer = new layers.Dropout({ rate: 0.25, seed: 7 });
    return [
      layers.dropout(x),
      layers.dropout(x, { rate: 0.25, training: true, seed: 3 }),
      layers.dropout(p([2, null, 3]), { noiseShape: [null, 1, 3], training: true }),
      layers.dropout(x, { rate: 0, training: true }),
      layers.dropout(x, { training: p([], "bool"), name: "drop" }),
      layer.apply(x, { training: true }),
      layer.apply(x, { training: true }),
    ];
  },
  "renormalized-by-condition": () => layers.batchNormalization(p([4, 3]), { training: p([], "bool"), renorm: true }),
  "normalized-halves": () => [
    layers.batchNormalization(p([4, 3], "float16"), { training: true }),
    layers.batchNormalization(p([2, 3, 2, 2], "float16"), { training: true }),
  ],
  "normalized-resources": () => {
    const results = variableScope("r", { useResource: true }, () => [
      layers.batchNormalization(p([2, 3, 2, 2]), { training: true }),
      layers.batchNormalization(p([4, 3]), { training: false }),
    ]);
    return [...results, updates()];
  },
  "anonymous-scopes": () => {
    const x = p([2, 3]);
    const results = [layers.dense(x, 2), layers.dense(x, 2)];
    const inside = (name: string, reuse?: true | typeof AUTO_REUSE): void => {
      results.push(variableScope(name, { ...(reuse && { reuse }) }, () => layers.dense(x, 2)));
    };
    inside("s");
    inside("s", true);
    inside("t", AUTO_REUSE);
    inside("t", AUTO_REUSE);
    return [...results, named(globalVariables())];
  },
  objects: () => {
    const x = p([2, 3]);
    const [one, two] = [new layers.Dense(2, { name: "d" }), new layers.Dense(2, { name: "d" })];
    const results: unknown[] = [one.apply(x), two.apply(x)];
    results.push(variableScope("elsewhere", () => one.apply(x)));
    results.push(new layers.Dense(2).apply(x), named(globalVariables()), named(one.trainableWeights));
    const zero = (name: string): Tensor => constant(0, { dtype: "int32", name });
    return [...results, zero(one.name), zero(one.scopeName), zero(new layers.Dense(3).name)];
  },
  "object-with-scope": () => {
    const x = p([2, 3]);
    const scope = variableScope("given", (given) => given);
    const exact = { _scope: "exact", _reuse: AUTO_REUSE } as const;
    return [
      new layers.Dense(2, { name: scope }).apply(x),
      new layers.Dense(2).apply(x, { scope: "called" }),
      new layers.Dense(2, exact).apply(x),
      new layers.Dense(2, exact).apply(x),
      named(globalVariables()),
    ];
  },
  regularized: () => {
    const x = p([2, 3]);
    const activityRegularizer = (a: Tensor): Tensor => reduceSum(a);
    const all = { kernelRegularizer: l2, biasRegularizer: l2, activityRegularizer };
    return [
      layers.dense(x, 2, { name: "d", ...all }),
      layers.dense(x, 2, { name: "d", reuse: true, kernelRegularizer: l2 }),
      named(losses.getRegularizationLosses()),
      losses.getTotalLoss(),
    ];
  },
  partitioned: () => {
    const x = p([2, 4]);
    const results = variableScope("s", { partitioner: fixedSizePartitioner(2), regularizer: l2 }, () => [
      layers.dense(x, 2, { kernelRegularizer: (w) => reduceSum(w) }),
      layers.batchNormalization(x),
    ]);
    return [...results, named(globalVariables()), named(losses.getRegularizationLosses())];
  },
  "not-trained": () => {
    const x = p([2, 3]);
    layers.dense(x, 2, { trainable: false });
    layers.batchNormalization(x, { trainable: false, training: true });
    return [named(trainableVariables()), named(globalVariables()), updates()];
  },
  constrained: () => {
    const layer = new layers.Dense(2, { kernelConstraint: (w) => nn.relu(w) });
    const y = layer.apply(p([2, 3]));
    return [y, (layer.kernel as { constraint?: (w: Tensor) => Tensor } | null)?.constraint?.(p([3, 2]))];
  },
  "in-a-loop": () =>
    whileLoop(
      (x) => reduceSum(x).less(9),
      (x) => layers.dense(x, 2, { name: "d" }),
      [p([1, 2])],
    ),
  "name-taken": () => {
    const x = p([2, 3]);
    layers.dense(x, 2, { name: "d" });
    layers.dense(x, 2, { name: "d" });
  },
  "nothing-to-share": () => layers.dense(p([2, 3]), 2, { name: "d", reuse: true }),
  "other-size": () => {
    const layer = new layers.Dense(2);
    layer.apply(p([2, 3]));
    layer.apply(p([2, 4]));
  },
  "unknown-size": () => layers.dense(p([2, null]), 2),
  integers: () => layers.dense(p([2, 3], "int32"), 2),
  "negative-units": () => layers.dense(p([2, 3]), -1),
  "no-filters": () => layers.conv2d(p([2, 3, 3, 1]), 0, 2),
  "stride-and-dilation": () => layers.conv2d(p([2, 3, 3, 1]), 1, 2, { strides: 2, dilationRate: 2 }),
  "window-too-large": () => layers.conv2d(p([2, 3, 3, 1]), 1, 6),
  "wrong-count-of-sizes": () => layers.maxPooling2d(p([2, 3, 3, 1]), [2, 2, 2], 1),
  "causal-image": () => layers.conv2d(p([2, 3, 3, 1]), 1, 2, { padding: "causal" }),
  "other-padding": () => layers.conv2d(p([2, 3, 3, 1]), 1, 2, { padding: "full" }),
  "axis-out-of-range": () => layers.batchNormalization(p([2, 3]), { axis: 2 }),
  "axis-twice": () => layers.batchNormalization(p([2, 3, 4]), { axis: [1, -2] }),
  "fused-axis": () => {
    layers.batchNormalization(p([2, 3, 4, 5]), { axis: 2 });
  },
  "rate-too-high": () => layers.dropout(p([2, 3]), { rate: 1.5 }),
  "scope-of-unused": () => new layers.Dense(2).scopeName,
});

testSteps("layers", both);

describe("a layer of one's own", () => {
  class Scale extends layers.Layer {
    #factor: ReturnType<layers.Layer["addWeight"]> | null = null;
    override build(): void {
      this.#factor = this.addWeight("factor", [], { initializer: onesInitializer() });
    }
    override call(inputs: Tensor): Tensor {
      return inputs.mul(this.#factor as unknown as Tensor);
    }
  }

  it("has the name of its class and shares its weights between calls", () => {
    const scale = new Scale();
    const [one, two] = [scale.apply(p([2])), variableScope("other", () => scale.apply(p([3])))];
    expect([scale.name, one.name, two.name]).toEqual(["scale_1", "scale/mul:0", "scale/mul_1:0"]);
    expect(scale.weights.map(({ name }) => name)).toEqual(["scale/factor:0"]);
  });

  it("says which rank it takes", () => {
    expect(() => layers.conv2d(p([2, 3, 4]), 2, 2)).toThrow(
      /^Input 0 of layer "conv2d_1" is incompatible with the layer: expected min_ndim=4, found ndim=3\. Full shape received: \(2, 3, 4\)/,
    );
  });

  it("turns sequences and backward convolutions around where channels come first", () => {
    const dataFormat = "channels_first";
    const [y, z] = [
      layers.maxPooling1d(p([2, 3, 6]), 2, 2, { dataFormat }),
      layers.conv2dTranspose(p([2, 3, 6, 5]), 4, 2, { dataFormat }),
    ];
    expect([y.shape.dims, z.shape.dims]).toEqual([
      [2, 3, 3],
      [2, 4, 7, 6],
    ]);
  });

  it("must give something", () => {
    class Nothing extends layers.Layer {
      override call(): Tensor {
        return null as unknown as Tensor;
      }
    }
    expect(() => new Nothing().apply([1])).toThrow(/not None \(layer: nothing_1\)/);
  });

  it("takes literals and variables", () => {
    expect(new layers.Layer().apply([1, 2])).toBeInstanceOf(Tensor);
  });
});
