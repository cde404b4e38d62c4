import { describe, expect, it } from "vitest";
import { testPrograms } from "../../test/array-golden.ts";
import { graphScope, runInScope } from "../graph/ambient-scope.ts";
import { Graph } from "../graph/graph.ts";
import { constantValue } from "../graph/infer.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { constant, placeholder } from "./array.ts";
import { sequenceMask } from "./sequence-mask.ts";

describe("sequenceMask", () => {
  testPrograms("sequence", {
    masks: () => [
      sequenceMask(placeholder("int32", [null])),
      sequenceMask(constant(ndarray([1, 2], "int32")), { maxlen: 5, dtype: "float32", name: "q" }),
      sequenceMask(placeholder("int64", [2]), { maxlen: placeholder("int64", []) }),
      sequenceMask(placeholder("int32")),
      sequenceMask([1, 3]),
      sequenceMask(placeholder("int32", [2, 3]), { dtype: "bool" }),
    ],
    "mask-to-a-vector": () => sequenceMask([1, 2], { maxlen: [3] }),
  });

  it("is true as often as each length says", () => {
    const mask = runInScope(graphScope(new Graph()), () => sequenceMask([0, 2, 5], { maxlen: 3, dtype: "int32" }));
    expect(constantValue(mask)?.toArray()).toEqual([
      [0, 0, 0],
      [1, 1, 0],
      [1, 1, 1],
    ]);
  });
});
