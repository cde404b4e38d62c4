import { describe, expect, it } from "vitest";
import { int, type Programs, reference, testPrograms } from "../../test/flow-golden.ts";
import { graphScope, runInScope } from "../graph/ambient-scope.ts";
import { Graph } from "../graph/graph.ts";
import { makeControlDependencies, makeDeviceScope } from "../graph/scopes.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { controlTrigger, group, noOp, tuple, withDependencies } from "./control-flow.ts";

/** Python makes an int32 of a whole number. */
const int3 = ndarray(3, "int32");

const programs: Programs = {
  "group-nothing": () => group(),
  "group-one-device": () => group(int(1), [int(2).op, { a: int(3) }], { name: "g" }),
  "group-devices": () => {
    const [a, b] = runInScope(makeDeviceScope("/cpu:1"), () => [int(1), int(2)] as const);
    const c = runInScope(makeDeviceScope("/cpu:0"), () => int(3));
    return runInScope(makeDeviceScope("/job:w"), () => group(a, c, int(4), b));
  },
  "group-number": () => group(int(1), 2 as never),
  tuples: () => {
    const [b, n, a] = [int(2, "b"), noOp(), int(1, "a")];
    return tuple([b, null, n, int3], { controlInputs: [a] });
  },
  "tuple-of-reference": () => tuple([reference(), int(1)], { name: "t" }),
  "tuple-of-nothing": () => tuple([null]),
  "tuple-waits-for-number": () => tuple([int(1)], { controlInputs: [3 as never] }),
  dependencies: () => withDependencies([noOp(), int(1)], int(2), { name: "d" }),
  "control-triggers": () => runInScope(makeControlDependencies([int(1)]), () => controlTrigger()),
};

describe("group, tuple and dependencies", () => {
  testPrograms(programs, (name) => !/^(cond|while)-/.test(name));

  it("takes an object with a tensor called name for a structure", () => {
    runInScope(graphScope(new Graph()), () => {
      const x = int(1);
      expect(group({ name: x }).controlInputs).toEqual([x.op]);
      expect(group(x, { name: "g" }).name).toBe("g");
    });
  });
});
