/** How the training step of the CIFAR-10 tutorial is written in ONNX, at its own sizes: kept in `lowered/`, so that a change shows. */
import { float32, Graph, globalVariablesInitializer, int32, ndarray, placeholder, Session } from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { expect, it } from "vitest";
import { cifar10Training } from "../../examples/models/cifar10-training.ts";
import { RecordingEngine } from "./recording-engine.ts";

/** A block of images: the least that ONNX Runtime's own layout takes without filling up. */
const BATCH = 16;

it.each([
  ["in ordinary operators", null, "cifar10-training"],
  ["in blocks of 16 channels", 16, "cifar10-training-blocked"],
])("%s", async (_, blockSize, file) => {
  const graph = new Graph();
  const { images, labels, trainOp, initializer } = graph.asDefault(() => {
    const batch = [
      placeholder(float32, [BATCH, 24, 24, 3], { name: "images" }),
      placeholder(int32, [BATCH], { name: "labels" }),
    ] as const;
    const schedule = { rate: 0.1, decaySteps: 8, decayRate: 0.1, averageDecay: 0.9999 };
    const training = cifar10Training([batch], schedule);
    return { images: batch[0], labels: batch[1], ...training, initializer: globalVariablesInitializer() };
  });
  const engine = new RecordingEngine(createOnnxRuntimeEngine(), { canStoreOutside: false, blockSize });
  await using session = new Session({ graph, engine });
  await session.run(initializer);
  const feeds = [
    [images, ndarray(new Float32Array(BATCH * 24 * 24 * 3), float32, [BATCH, 24, 24, 3])],
    [labels, ndarray(new Int32Array(BATCH), int32, [BATCH])],
  ] as const;
  engine.lowered.length = 0;
  await session.run(trainOp, new Map(feeds));
  await expect(engine.lowered.join("")).toMatchFileSnapshot(`lowered/${file}.txt`);
});
