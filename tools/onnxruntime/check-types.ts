/** Prints where the table of element types in src/onnx/model/operators.ts differs from the installed ONNX Runtime: `node tools/run-ts.mjs tools/onnxruntime/check-types.ts`. */
import { type OnnxOperator, type OperatorTraits, operators } from "../../src/onnx/model/operators.ts";
import { OnnxRuntimeProbe } from "./probe.ts";

const probe = new OnnxRuntimeProbe();
let missing = 0;
console.log(`onnxruntime-node ${probe.version}`);
for (const type of Object.keys(operators) as OnnxOperator[]) {
  const { types }: OperatorTraits = operators[type];
  const found = probe.typesOf(type);
  const lacking = types.filter((name) => !found.includes(name));
  const unused = found.filter((name) => !types.includes(name));
  missing += lacking.length;
  if (lacking.length > 0) console.log(`${type}: no kernel for ${lacking.join(", ")}`);
  if (unused.length > 0) console.log(`${type}: not used for ${unused.join(", ")}`);
}
console.log(missing === 0 ? "every type of the table has a kernel" : `${missing} types of the table have no kernel`);
process.exitCode = missing === 0 ? 0 : 1;
