/** Where convolutions become other forms. That their values stay the same is in images.test.ts, which the forms are in winograd-forms.test.ts. */
import { beforeEach, describe, expect, it } from "vitest";
import * as tf from "../../../index.ts";
import { planDataflow } from "../../../session/dataflow.ts";
import { pruneStep } from "../../../session/prune.ts";
import { lowerSlice } from "../../lowering/lower.ts";
import { Unsupported } from "../../rule.ts";

beforeEach(() => tf.resetDefaultGraph());

/** The groups of the convolutions that the gradients of a layer in the middle of a network need: of the images, and of the filter. */
function groups(shape: readonly number[], size: number, outputs: number, strides = 1): readonly number[] {
  const x = tf.placeholder("float32", [...shape]);
  const filter = tf.placeholder("float32", [size, size, shape[3] as number, outputs]);
  const y = tf.nn.conv2d(x, filter, { strides, padding: "SAME" });
  const given = tf.placeholder("float32", y.shape.dims as number[]);
  // With sizes that are constant, as they are once a session has folded a step.
  const back = tf.nn.conv2dTranspose(given, filter, [...shape], { strides, padding: "SAME" });
  const fetches = [back, ...(tf.gradients(y, [filter], { gradYs: [given] }) as tf.Tensor[])];
  const dataflow = planDataflow(pruneStep(tf.getDefaultGraph(), { fetches, feeds: [x, filter, given] }), {
    isInitialized: () => true,
    hasContainer: () => true,
  });
  const fed = dataflow.nodes.flatMap(({ inputs }) =>
    inputs.filter((value) => "source" in value && typeof value.source === "number"),
  );
  const outputsOf = dataflow.fetches.filter((value) => value !== null);
  const slice = { nodes: dataflow.nodes, inputs: [...new Set(fed)], outputs: outputsOf };
  const lowered = lowerSlice(slice, { canStoreOutside: false, blockSize: 16 });
  if (lowered instanceof Unsupported) throw new Error(lowered.why);
  return (lowered.model.graph?.node ?? []).flatMap(({ opType, attribute }) =>
    opType === "Conv" ? [Number(attribute.find(({ name }) => name === "group")?.i ?? 1n)] : [],
  );
}

describe("gradients of convolutions with fewer products", () => {
  it("take eight for four rows of a filter of five, in the images' gradient, and for five rows of the filter's", () =>
    expect(groups([128, 12, 12, 64], 5, 64)).toEqual([8, 3 * 8]));

  it("take six for four rows of a filter of three, where there are many channels", () => {
    expect(groups([32, 28, 28, 128], 3, 128)).toEqual([6, 7 * 6]);
    expect(groups([32, 28, 28, 64], 3, 64)).toEqual([1, 7 * 6]);
    expect(groups([32, 28, 28, 32], 3, 32)).toEqual([1, 1]);
  });

  it("stay as they are where that would gain nothing: small images, single rows, larger steps", () => {
    expect(groups([16, 6, 6, 16], 5, 16)).toEqual([1, 1]);
    expect(groups([128, 12, 12, 64], 1, 64)).toEqual([1]);
    expect(groups([128, 12, 12, 64], 7, 64)).toEqual([1, 1]);
    expect(groups([128, 24, 24, 64], 5, 64, 2)).toEqual([1]);
  });
});
