import { describe, expect, it } from "vitest";
import { composeLibrary } from "../library.ts";
import { opDefs } from "../ops/index.ts";
import type { mathDefs } from "../ops/math.defs.ts";
import type { poolDefs } from "../ops/pool.defs.ts";
import { type OnnxTable, onnxRules, Unsupported, unsupported } from "./rule.ts";
import { onnxRuleOf } from "./rules.ts";

composeLibrary();

describe("a table of rules", () => {
  it("does not compile without an entry for each definition", () => {
    const why = unsupported("for this test");
    // @ts-expect-error AvgPool is missing
    const incomplete: OnnxTable<typeof poolDefs> = { MaxPool: why };
    expect(incomplete).toBeDefined();
  });

  it("does not compile with more inputs or other attrs than the op has", () => {
    const rules = (): unknown => [
      // @ts-expect-error AddV2 has two inputs
      onnxRules<Pick<typeof mathDefs, "AddV2">>()({ AddV2: (onnx, [x, y, z]) => onnx.node("Max", [x, y, z]) }),
      // @ts-expect-error Cast has no such attr
      onnxRules<Pick<typeof mathDefs, "Cast">>()({ Cast: (onnx, [x], { dstT }) => onnx.cast(x, dstT) }),
      // @ts-expect-error ONNX has no such operator
      onnxRules<Pick<typeof mathDefs, "AddV2">>()({ AddV2: (onnx, [x, y]) => onnx.node("AddV2", [x, y]) }),
    ];
    expect(rules).toBeTypeOf("function");
  });

  it("exists for every op, and gives a reason where it does not lower", () => {
    for (const type of Object.keys(opDefs)) {
      const rule = onnxRuleOf(type);
      expect(rule, type).toBeDefined();
      if (rule instanceof Unsupported) expect(rule.why.length, type).toBeGreaterThan(10);
    }
  });
});
