/**
 * Training steps of the benchmark's programs are one model each on ONNX Runtime, in which nothing is left to the host. How they are written
 * there is kept in `lowered/`, so that a change of the lowering shows.
 */
import { Graph, globalVariablesInitializer, type NDArray, ndarray, Session } from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";
import { feedElements } from "../../bench/javascript-peers/frozen-program.ts";
import { type TrainingProgram, trainingPrograms } from "../../bench/training-programs.ts";
import { RecordingEngine } from "./recording-engine.ts";

/** Drawing PTB's weights takes a second of an idle core, and many times that where other tests want it. */
const LONG_MS = 120_000;

describe("a training step on ONNX Runtime", () => {
  it.each(["train-mlp256", "train-ptb", "train-towers"])(
    "of %s is one model, and makes the loss smaller",
    async (name) => {
      const { build, train } = trainingPrograms[name] as TrainingProgram;
      const graph = new Graph();
      const { forward, update, initializer } = graph.asDefault(() => {
        const made = build();
        return { forward: made, update: train(made.loss), initializer: globalVariablesInitializer() };
      });
      const recoveries: string[] = [];
      const engine = new RecordingEngine(
        createOnnxRuntimeEngine({ onRecovery: ({ reason }) => recoveries.push(reason) }),
      );
      await using session = new Session({ graph, engine });
      await session.run(initializer);
      const feeds = forward.feeds.map(
        ({ tensor, shape, below }) => [tensor, ndarray(feedElements(shape, below), tensor.dtype, shape)] as const,
      );
      const losses: number[] = [];
      for (let step = 0; step < 4; step += 1) {
        const metadata: { readonly parts?: readonly { readonly runsOn: string }[] } = {};
        const values = await session.run([update, forward.loss], feeds, { metadata });
        losses.push((values[1] as NDArray).item() as number);
        expect(metadata.parts?.map(({ runsOn }) => runsOn)).toEqual(["onnxruntime"]);
      }
      expect(recoveries).toEqual([]);
      expect(losses.at(-1)).toBeLessThan(losses[0] as number);
      await expect(engine.lowered.at(-1)).toMatchFileSnapshot(`lowered/${name}.txt`);
    },
    LONG_MS,
  );
});
