import { describe, expect, it } from "vitest";
import {
  float,
  handle,
  int,
  type Programs,
  pred,
  readHandle,
  reference,
  testPrograms,
} from "../../test/flow-golden.ts";
import { AsyncScopeError, InaccessibleTensorError } from "../base/errors.ts";
import { graphScope, runInScope } from "../graph/ambient-scope.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { stateOf } from "../graph/context.ts";
import { Graph } from "../graph/graph.ts";
import { makeControlDependencies } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { scalarShape, TensorShape, unknownShape } from "../tensor/shape.ts";
import { arrayDefs } from "./array.defs.ts";
import { cast } from "./cast.ts";
import { less } from "./compare.ts";
import { concat } from "./concat.ts";
import { cond } from "./cond.ts";
import { noOp } from "./control-flow.ts";
import { add } from "./math.ts";
import { stateDefs } from "./state.defs.ts";
import type { WhileContext } from "./while-context.ts";
import { whileLoop } from "./while-loop.ts";

const below =
  (n: number) =>
  (i: Tensor): Tensor =>
    i.less(n);
const next = (i: Tensor): Tensor => i.add(1);

/** Keeps a tensor of the body for use elsewhere. */
function leaking(): { readonly inside: Tensor[]; readonly body: (i: Tensor) => Tensor } {
  const inside: Tensor[] = [];
  const body = (i: Tensor): Tensor => {
    inside[0] ??= i.add(1);
    return inside[0];
  };
  return { inside, body };
}

const programs: Programs = {
  "while-counts": () => whileLoop(below(10), next, [int(0)]),
  "while-two-variables": () => {
    const a = int(2, "a");
    return whileLoop(
      (i) => i.less(a),
      (i, x) => [i.add(1), x.mul(a).add(a)],
      [int(0), int(1)],
    );
  },
  "while-same-structure": () => whileLoop(below(10), (i) => [i.add(1)], [int(0)], { returnSameStructure: true }),
  "while-parallel": () => whileLoop(below(10), next, [int(0)], { parallelIterations: 1, name: "l" }),
  "while-only-captures": () => {
    const a = int(1, "a");
    return whileLoop(
      () => a.less(a),
      () => a.add(a),
      [int(0)],
    );
  },
  "while-structures": () =>
    whileLoop(
      (d) => d.b[0].less(3),
      (d) => [{ a: d.a.mul(2), b: [d.b[0].add(1)] }],
      [{ b: [int(0)], a: float(1) }],
    ),
  "while-object-without-list": () =>
    whileLoop(
      (d) => d.b.less(3),
      (d) => ({ b: d.b.add(1) }),
      [{ b: int(0) }],
    ),
  "while-other-structure": () => whileLoop(below(3), (i) => [i, i], [int(0)]),
  "while-maximum": () => whileLoop(below(10), next, [int(0)], { maximumIterations: 3 }),
  "while-maximum-of-two": () => {
    const x = float([1, 2], "x");
    return whileLoop(below(10), (i, y) => [i.add(1), y], [int(0), x], {
      shapeInvariants: [scalarShape, new TensorShape([null])],
      maximumIterations: 3,
    });
  },
  "while-maximum-in-list": () => whileLoop(below(10), (i) => [i.add(1)], [int(0)], { maximumIterations: 3 }),
  "while-maximum-same-structure": () =>
    whileLoop(below(10), (i) => [i.add(1)], [int(0)], { maximumIterations: 3, returnSameStructure: true }),
  "while-maximum-tensor": () => {
    const limit = cast64(3, "limit");
    return whileLoop(() => true, next, [int(0)], { maximumIterations: limit });
  },
  "while-maximum-vector": () => whileLoop(below(10), next, [int(0)], { maximumIterations: int([3]) }),
  "while-maximum-with-invariant": () =>
    whileLoop(below(10), next, [int(0)], { maximumIterations: 3, shapeInvariants: [scalarShape] }),
  "while-invariants": () => {
    const x = int([[1]], "x");
    return whileLoop(
      (i) => i.less(3),
      (i, y) => [i.add(1), concat([y, y], 0)],
      [int(0), x],
      { shapeInvariants: [[], [null, 1]] },
    );
  },
  "while-invariant-none": () => whileLoop(below(3), next, [int(0)], { shapeInvariants: [null] }),
  "while-invariant-unknown": () => {
    const x = int([[1]], "x");
    return whileLoop(
      (i) => i.less(3),
      (i, y) => [i.add(1), y],
      [int(0), x],
      { shapeInvariants: [scalarShape, unknownShape] },
    );
  },
  "while-invariant-too-narrow": () =>
    whileLoop(below(3), (i, x) => [i, x], [int(0), int([1, 2])], { shapeInvariants: [[], [3]] }),
  "while-invariants-too-few": () =>
    whileLoop(below(3), (i, x) => [i, x], [int(0), int([1])], { shapeInvariants: [[]] }),
  "while-shape-changes": () =>
    whileLoop(
      (i) => i.less(3),
      (i, x) => [i.add(1), concat([x, x], 0)],
      [int(0), int([1, 2])],
    ),
  "while-type-changes": () =>
    whileLoop(
      (i) => i.less(3),
      (i, x) => [i.add(1), cast(x, "float32")],
      [int(0), int(1)],
    ),
  "while-no-variables": () =>
    whileLoop(
      () => true,
      () => 1,
      [],
    ),
  "while-not-callable": () => whileLoop(true as never, (i) => i, [int(0)]),
  "while-body-not-callable": () => whileLoop(below(3), true as never, [int(0)]),
  "while-parallel-zero": () => whileLoop(below(3), (i) => i, [int(0)], { parallelIterations: 0 }),
  "while-parallel-fraction": () => whileLoop(below(3), (i) => i, [int(0)], { parallelIterations: 1.5 }),
  "while-condition-of-number": () =>
    whileLoop(
      (i) => i,
      (i) => i,
      [int(0)],
    ),
  "while-condition-of-vector": () =>
    whileLoop(
      (i) => i.less(1),
      (i) => i,
      [int([1, 2])],
    ),
  "while-condition-of-nothing": () =>
    whileLoop(
      () => null as never,
      (i) => i,
      [int(0)],
    ),
  "while-body-of-nothing": () => whileLoop(below(3), () => undefined as never, [int(0)]),
  "while-body-of-operation": () => whileLoop(below(3), () => noOp(), [int(0)]),
  "while-starts-with-operation": () => whileLoop(below(3), (i) => i, [noOp()]),
  "while-reference-variable": () => whileLoop((x) => less(x, 3).at("0"), next, [reference()]),
  "while-reference-stays": () => {
    const v = reference();
    const start = applyOp1(stateDefs.Assign, [v, [0, 0]]);
    return whileLoop(
      (x) => less(x, 3).at("0"),
      () => applyOp1(stateDefs.AssignAdd, [v, [1, 1]]),
      [start],
    );
  },
  "while-captures-reference": () => {
    const v = reference();
    const body = (i: Tensor): Tensor =>
      runInScope(makeControlDependencies([applyOp1(stateDefs.AssignAdd, [v, [1, 1]])]), () => i.add(1));
    return whileLoop(below(3), body, [int(0)]);
  },
  "while-captures-handle": () => {
    const h = handle();
    return whileLoop(
      below(3),
      (i, x) => {
        applyOp(stateDefs.AssignAddVariableOp, [h, x]);
        return [i.add(1), x.add(readHandle(h))];
      },
      [int(0), float([1, 2])],
    );
  },
  "while-handle-as-variable": () => {
    const h = handle();
    const [, last] = whileLoop(below(3), (i, x) => [i.add(1), x], [int(0), h]);
    return readHandle(last);
  },
  "while-waits": () => {
    const [a, n] = [int(1, "a"), noOp({ name: "n" })];
    const body = (i: Tensor): Tensor => {
      const [d, e] = runInScope(makeControlDependencies([a.op, n]), () => {
        const sum = add(i, int(5));
        return [sum, noOp({ name: "e" })] as const;
      });
      return runInScope(makeControlDependencies([d, e]), () => d.add(a));
    };
    const r = runInScope(makeControlDependencies([a, n]), () => whileLoop(below(3), body, [int(0)]));
    return runInScope(makeControlDependencies([r]), () => applyOp1(arrayDefs.Identity, [a], {}, "after"));
  },
  "while-nested": () => {
    const a = int(1, "a");
    return whileLoop(
      below(10),
      (i, j) => {
        const k = whileLoop(
          (x) => x.less(a),
          (x) => x.add(a).add(i),
          [int(0)],
        );
        return [i.add(k), j.add(a)];
      },
      [int(0), int(1)],
    );
  },
  "while-nested-starts-with-capture": () => {
    const a = int(1, "a");
    return whileLoop(below(9), (i) => i.add(whileLoop(below(5), next, [a])), [int(0)]);
  },
  "while-nested-waits": () => {
    const a = int(1, "a");
    const body = (i: Tensor): Tensor => {
      const b = i.add(1);
      return runInScope(makeControlDependencies([a, b]), () => whileLoop(below(5), (k) => k.add(i), [b]));
    };
    return whileLoop(below(9), body, [int(0)]);
  },
  "cond-in-while-in-cond": () => {
    const [a, p] = [int(1, "a"), pred()];
    const body = (i: Tensor): Tensor =>
      cond(
        i.less(a),
        () => i.add(a),
        () => i.mul(2),
      );
    return runInScope(makeControlDependencies([a]), () =>
      cond(
        p,
        () => whileLoop(below(9), body, [int(0)]),
        () => a,
      ),
    );
  },
  "cond-in-while-waits": () => {
    const a = int(1, "a");
    const branch = (i: Tensor) => () => runInScope(makeControlDependencies([a, i]), () => int(2).add(i));
    return whileLoop(below(9), (i) => cond(i.less(3), branch(i), () => i), [int(0)]);
  },
  "while-in-cond-and-after": () => {
    const [a, p] = [int(1, "a"), pred()];
    const branch = (): Tensor => {
      const x = whileLoop(below(9), (i) => i.add(a), [a]);
      return x.add(whileLoop(below(9), (i) => i.add(x), [int(0)]));
    };
    return cond(p, branch, () => a).add(1);
  },
  "while-used-outside": () => {
    const { inside, body } = leaking();
    whileLoop(below(3), body, [int(0)]);
    return add(inside[0] as Tensor, 1);
  },
  "while-used-in-branch": () => {
    const { inside, body } = leaking();
    whileLoop(below(3), body, [int(0)]);
    return cond(
      pred(),
      () => add(inside[0] as Tensor, 1),
      () => int(1),
    );
  },
  "while-used-in-other-loop": () => {
    const { inside, body } = leaking();
    whileLoop(below(3), body, [int(0)]);
    return whileLoop(below(3), (i) => add(i, inside[0] as Tensor), [int(0)]);
  },
  "while-inner-used-in-outer": () => {
    const { inside, body } = leaking();
    const outer = (i: Tensor): Tensor => {
      whileLoop(below(3), body, [int(0)]);
      return add(i, inside[0] as Tensor);
    };
    return whileLoop(below(3), outer, [int(0)]);
  },
  "while-uses-branch": () => {
    const inside: Tensor[] = [];
    cond(
      pred(),
      () => (inside[0] = int(4)),
      () => int(1),
    );
    return whileLoop(below(3), (i) => i.add(inside[0]), [int(0)]);
  },
};

function cast64(value: number, name: string): Tensor {
  return applyOp1(arrayDefs.Const, [], { value: ndarray(value, "int64"), dtype: "int64" }, name);
}

describe("whileLoop", () => {
  testPrograms(programs, (name) => name.startsWith("while-") || name.startsWith("cond-in-while"));

  it("refuses functions that return a promise", () => {
    runInScope(graphScope(new Graph()), () => {
      const later = (): never => Promise.resolve(true) as never;
      expect(() => whileLoop(later, next, [int(0)])).toThrow(AsyncScopeError);
      expect(() => whileLoop(below(3), later, [int(0)])).toThrow(AsyncScopeError);
      expect(() => whileLoop(below(3), later, [int(0)], { maximumIterations: 2 })).toThrow(AsyncScopeError);
    });
  });

  it("closes what it opened when a function fails", () => {
    runInScope(graphScope(new Graph()), (graph) => {
      const before = stateOf(graph);
      const failing = (): never => {
        throw new RangeError("mine");
      };
      expect(() => whileLoop(failing, next, [int(0)])).toThrow("mine");
      expect(() => whileLoop(below(3), () => whileLoop(below(3), failing, [int(0)]), [int(0)])).toThrow("mine");
      expect(stateOf(graph)).toEqual(before);
    });
  });

  it("keeps what it was asked for", () => {
    runInScope(graphScope(new Graph()), (graph) => {
      const exit = whileLoop(below(3), next, [int(0)], { backProp: false, swapMemory: true, parallelIterations: 4 });
      const [context] = graph.getCollection("while_context") as [WhileContext];
      expect(exit.op.flow).toBe(context);
      expect(context.settings).toEqual({
        maximumIterations: null,
        parallelIterations: 4,
        backProp: false,
        swapMemory: true,
      });
      expect(context.loopExits[0]).toBe(exit);
      expect(context.pivotTensor?.name).toBe("while/LoopCond:0");
    });
  });

  it("lists inner loops with the outer one only", () => {
    runInScope(graphScope(new Graph()), (graph) => {
      whileLoop(below(3), () => whileLoop(below(3), next, [int(0)]), [int(0)]);
      const contexts = graph.getCollection("while_context") as WhileContext[];
      expect(contexts.map((context) => context.name)).toEqual(["while/while_context"]);
      expect(contexts[0]?.nested.map((context) => context.name)).toEqual(["while/while/while_context"]);
    });
  });

  it("says where a tensor of a loop was made and where it is used", () => {
    runInScope(graphScope(new Graph()), () => {
      const { inside, body } = leaking();
      whileLoop(below(3), body, [int(0)]);
      const use = (): unknown => inside[0]?.mul(2);
      expect(use).toThrow(InaccessibleTensorError);
      expect(use).toThrow(/made at .*while-loop\.test\.ts:\d+:\d+, in while\/while_context\n.*while-loop\.test\.ts/);
    });
  });

  it("unpacks by type what it unpacks by value", () => {
    runInScope(graphScope(new Graph()), () => {
      const single: Tensor = whileLoop(below(3), next, [int(0)]);
      const list: [Tensor] = whileLoop(below(3), next, [int(0)], { returnSameStructure: true });
      const [i, { x }] = whileLoop(
        (n) => n.less(3),
        (n, v) => [n.add(1), { x: v.x.mul(2) }],
        [int(0), { x: float(1) }],
      );
      expect([single, ...list, i, x].map((t) => t.dtype.name)).toEqual(["int32", "int32", "int32", "float32"]);
    });
  });
});
