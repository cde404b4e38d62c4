/** The contract of engines, met by ONNX Runtime in Node: through its inner binding, and through its documented interface alone. */
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { runEngineContract } from "namesake/testing";
import { describe, expect, it } from "vitest";

describe("onnxruntime-node", () => {
  runEngineContract({ newEngine: () => createOnnxRuntimeEngine(), test: { describe, it, expect } });
});

describe("onnxruntime-node, as documented", () => {
  runEngineContract({
    newEngine: () => createOnnxRuntimeEngine({ isPublicInterfaceOnly: true }),
    test: { describe, it, expect },
  });
});
