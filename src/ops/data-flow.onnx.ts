/** Dividing rows among lists, and merging them again, is not written in ONNX. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { dataFlowDefs } from "./data-flow.defs.ts";

const noOperator = unsupported("ONNX has no operator that sorts rows into lists");

/** The rules of this family. */
export const dataFlowOnnx = onnxRules<typeof dataFlowDefs>()({
  DynamicPartition: noOperator,
  DynamicStitch: noOperator,
  ParallelDynamicStitch: noOperator,
});
