/** Makes sessions on the engine that the command line names. */
import * as tf from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import type { EngineName } from "./command-line.ts";
import type { MakeSession } from "./interpreter.ts";

const factories: Readonly<Record<EngineName, () => tf.Engine>> = {
  reference: tf.createReferenceEngine,
  onnxruntime: createOnnxRuntimeEngine,
};

/** One engine serves all sessions; what variables hold belongs to the session. */
export function sessionMaker(name: EngineName): MakeSession {
  let engine: tf.Engine | undefined;
  return (graph) => new tf.Session({ graph, engine: (engine ??= factories[name]()) });
}
