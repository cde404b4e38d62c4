/** The contract of engines, met by ONNX Runtime in Node: through its C interface, its inner binding, and its documented interface alone. */
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { runEngineContract } from "namesake/testing";
import { describe, expect, it } from "vitest";

describe("onnxruntime-node", () => {
  runEngineContract({ newEngine: () => createOnnxRuntimeEngine({ isNative: false }), test: { describe, it, expect } });
});

describe("onnxruntime-node, called directly", () => {
  runEngineContract({ newEngine: () => createOnnxRuntimeEngine({ isNative: true }), test: { describe, it, expect } });
});

describe("onnxruntime-node, as documented", () => {
  runEngineContract({
    newEngine: () => createOnnxRuntimeEngine({ isPublicInterfaceOnly: true }),
    test: { describe, it, expect },
  });
});
