/** The default engine in Node: ONNX Runtime where `onnxruntime-node` is installed, else the reference engine. */
import { UnavailableError } from "../../base/errors.ts";
import type { Engine } from "../../session/engine.ts";
import { createOnnxRuntimeEngine } from "../onnxruntime/node.ts";
import { createReferenceEngine } from "../reference/engine.ts";

let hasWarned = false;

/** Makes the engine of a session that was given none. Warns once when it is the slower one. */
export function createDefaultEngine(): Engine {
  try {
    return createOnnxRuntimeEngine();
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    if (!hasWarned) console.warn(fallbackText(error));
    hasWarned = true;
    return createReferenceEngine();
  }
}

function fallbackText(error: UnavailableError): string {
  const [, reason = ""] = error.message.split("\n");
  return `Steps run on the reference engine, which is slower than ONNX Runtime: the package onnxruntime-node cannot be loaded.\n${reason}\n  to fix  npm install onnxruntime-node\n  to keep new Session({ engine: createReferenceEngine() })`;
}
