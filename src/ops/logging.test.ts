import { describe, expect, it } from "vitest";
import { testFamily } from "../../test/op-golden.ts";
import type { KernelContext } from "../kernels/rule.ts";
import { float32, int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { constant, placeholder } from "./array.ts";
import { loggingKernels } from "./logging.kernels.ts";
import { Assert, Print, print } from "./logging.ts";

testFamily("logging_ops", {
  assertions: () => {
    const p = placeholder("bool", []);
    return [
      Assert(p, [constant(1, { dtype: int32 }), "a"], { summarize: 5, name: "z" }),
      Assert(p, [constant(1), constant(2, { dtype: int32 })]),
      Assert(true, ["always"]),
      Assert(placeholder("bool", [2]), ["of a list"]),
    ];
  },
  prints: () => {
    const x = constant(1);
    return [
      Print(x, [x, constant(2, { dtype: int32 })], { message: "hi", firstN: 3, summarize: 2, name: "p" }),
      Print([1, 2], []),
    ];
  },
  texts: () => {
    const x = constant(1);
    return [
      print(["a", x]),
      print([constant("alone")]),
      print(["{}", x, "{}9"], { name: "n", end: "", summarize: -1, sep: ",", outputStream: "stdout" }),
      print([[x, { b: "it's", a: x }], null, true, 2.5]),
    ];
  },
  "text-to-nowhere": () => print(["a"], { outputStream: "nowhere" }),
});

describe("Print", () => {
  it("stops after the first lines", () => {
    const lines: string[] = [];
    const kernel = loggingKernels.Print as (...args: readonly unknown[]) => unknown;
    const attrs = { T: float32, U: [], message: "m", first_n: 2, summarize: 3 };
    for (let run = 0; run < 4; run += 1) {
      const context: KernelContext = {
        node: { name: "p", type: "Print" },
        random: null,
        printCount: lines.length,
        print: (line) => lines.push(line),
      };
      kernel([ndarray(1), []], attrs, context);
    }
    expect(lines).toEqual(["m", "m"]);
  });
});
