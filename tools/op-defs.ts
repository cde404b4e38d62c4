/** Prints every op definition as JSON, one object by op type: what tools/check-op-defs.py compares with TensorFlow's registry. */

import type { OpDef } from "../src/graph/op-def.ts";
import { opDefs } from "../src/ops/index.ts";

const plain = Object.values<OpDef>(opDefs).map((def) => ({
  type: def.type,
  inputs: def.inputs,
  outputs: def.outputs,
  attrs: def.attrs,
  stateful: def.stateful,
  allowsUninitializedInput: def.allowsUninitializedInput,
  withdrawn: def.withdrawn ?? null,
}));
// JSON has no infinities and no such floats; the check reads these words.
const withoutInfinities = (_key: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
console.log(JSON.stringify(plain, withoutInfinities));
