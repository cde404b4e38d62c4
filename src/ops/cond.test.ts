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
import { AsyncScopeError } from "../base/errors.ts";
import { graphScope } from "../graph/ambient-scope.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { stateOf } from "../graph/context.ts";
import { Graph } from "../graph/graph.ts";
import {
  makeColocation,
  makeControlDependencies,
  makeDeviceScope,
  makeNameScope,
  runInScope,
} from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { arrayDefs } from "./array.defs.ts";
import { logicalNot } from "./compare.ts";
import { cond } from "./cond.ts";
import { group, noOp } from "./control-flow.ts";
import { stateDefs } from "./state.defs.ts";

function identity(x: Tensor, name?: string): Tensor {
  return applyOp1(arrayDefs.Identity, [x], {}, name);
}

const programs: Programs = {
  "cond-constants": () =>
    cond(
      pred(),
      () => int(1),
      () => int(2),
    ),
  "cond-captures": () => {
    const [a, b] = [int(1, "a"), int(2, "b")];
    return cond(
      pred(),
      () => a.add(b).add(a),
      () => a.mul(b),
    );
  },
  "cond-hands-on": () => {
    const a = int(1, "a");
    return cond(
      pred(),
      () => a,
      () => a,
    );
  },
  "cond-hands-on-predicate": () => {
    const p = pred();
    return cond(
      p,
      () => p,
      () => logicalNot(p),
    );
  },
  "cond-structures": () => {
    const branch = (n: number) => () => ({ b: [int(n), int([n])], a: float(1) });
    return cond(pred(), branch(1), branch(2));
  },
  "cond-list-of-one": () =>
    cond(
      pred(),
      () => [int(1)],
      () => int(2),
    ),
  "cond-list-of-list-of-one": () =>
    cond(
      pred(),
      () => [[int(1)]],
      () => [[int(2)]],
    ),
  "cond-strict": () =>
    cond(
      pred(),
      () => [int(1)],
      () => [int(2)],
      { strict: true },
    ),
  "cond-strict-differs": () =>
    cond(
      pred(),
      () => [int(1)],
      () => int(2),
      { strict: true },
    ),
  "cond-operations": () =>
    cond(
      pred(),
      () => [noOp(), int(1)],
      () => [group(int(3)), int(2)],
    ),
  "cond-operation-or-tensor": () =>
    cond(
      pred(),
      () => noOp(),
      () => true,
    ),
  "cond-list-or-object": () =>
    cond(
      pred(),
      () => [int(1), int(2)],
      () => ({ a: int(1), b: int(2) }),
    ),
  "cond-element-or-object": () =>
    cond(
      pred(),
      () => int(1),
      () => ({ a: int(1) }),
    ),
  "cond-other-keys": () =>
    cond(
      pred(),
      () => ({ b: int(1) }),
      () => ({ a: int(1) }),
    ),
  "cond-other-length": () =>
    cond(
      pred(),
      () => [int(1), int(2)],
      () => [int(1), int(2), int(3)],
    ),
  "cond-empty-list": () =>
    cond(
      pred(),
      () => [],
      () => [],
    ),
  "cond-none-inside": () =>
    cond(
      pred(),
      () => [int(1), null as never],
      () => [int(1), int(2)],
    ),
  "cond-returns-nothing": () =>
    cond(
      pred(),
      () => int(1),
      () => undefined as never,
    ),
  "cond-other-types": () =>
    cond(
      pred(),
      () => int(1),
      () => float(1),
    ),
  "cond-other-shapes": () =>
    cond(
      pred(),
      () => [int([[1, 2]]), int([1])],
      () => [int([[1, 2, 3]]), int(1)],
    ),
  "cond-of-boolean": () =>
    cond(
      true,
      () => int(1),
      () => int(2),
    ),
  "cond-of-number": () =>
    cond(
      int(1),
      () => int(1),
      () => int(2),
    ),
  "cond-of-vector": () => {
    const p = applyOp1(arrayDefs.Placeholder, [], { dtype: "bool", shape: [3] });
    return cond(
      p,
      () => int(1),
      () => int(2),
    );
  },
  "cond-of-list": () =>
    cond(
      [true],
      () => int(1),
      () => int(2),
    ),
  "cond-not-callable": () => cond(pred(), int(1) as never, () => int(2)),
  "cond-without-branch": () => cond(pred(), () => int(1), null as never),
  "cond-names": () => {
    const [a, b] = runInScope(makeNameScope("s"), () => [
      cond(
        pred(),
        () => int(1),
        () => int(2),
        { name: "named" },
      ),
      cond(
        pred(),
        () => int(1),
        () => int(2),
        { name: "named" },
      ),
    ]) as [Tensor, Tensor];
    return [
      a,
      b,
      cond(
        pred(),
        () => a,
        () => b,
      ),
    ];
  },
  "cond-references": () => {
    const v = reference();
    return cond(
      pred(),
      () => applyOp1(stateDefs.AssignAdd, [v, [1, 1]]),
      () => v,
    );
  },
  "cond-handles": () => {
    const h = handle();
    const write = (): Tensor => {
      applyOp(stateDefs.AssignVariableOp, [h, [1, 2]], { dtype: "float32" });
      return readHandle(h);
    };
    return cond(pred(), () => readHandle(h).add(1), write);
  },
  "cond-returns-handle": () => {
    const h = handle();
    return readHandle(
      cond(
        pred(),
        () => h,
        () => h,
      ),
    );
  },
  "cond-nested": () => {
    const [a, p, q] = [int(1, "a"), pred("p"), pred("q")];
    const outer = (): Tensor => {
      const b = a.add(1);
      return cond(
        q,
        () => a.add(b),
        () =>
          cond(
            p,
            () => b,
            () => a,
          ),
      );
    };
    return cond(p, outer, () => a);
  },
  "cond-waits": () => {
    const [a, p, n] = [int(1, "a"), pred(), noOp({ name: "n" })];
    const r = runInScope(makeControlDependencies([a.op, n]), () =>
      cond(
        p,
        () => runInScope(makeControlDependencies([n]), () => int(1).add(a)),
        () => a,
      ),
    );
    return runInScope(makeControlDependencies([r]), () => identity(a, "after"));
  },
  "cond-devices": () => {
    const a = runInScope(makeDeviceScope("/cpu:0"), () => int(1, "a"));
    return runInScope(makeDeviceScope("/job:w"), () =>
      cond(
        pred(),
        () => a.add(1),
        () => a,
      ),
    );
  },
  "cond-colocates": () => {
    const v = reference();
    const a = float([1, 1], "a");
    return runInScope(makeColocation(v), () =>
      cond(
        pred(),
        () => a.add(1),
        () => a,
      ),
    );
  },
  "cond-used-outside": () => {
    const inside: Tensor[] = [];
    cond(
      pred(),
      () => (inside[0] = int(1)),
      () => int(2),
    );
    return inside[0]?.add(1);
  },
};

describe("cond", () => {
  testPrograms(programs, (name) => name.startsWith("cond-") && !name.startsWith("cond-in-while"));

  it("refuses a branch that returns a promise", () => {
    runInScope(graphScope(new Graph()), () => {
      const branch = (): never => Promise.resolve(int(1)) as never;
      expect(() => cond(pred(), branch, () => int(1))).toThrow(AsyncScopeError);
    });
  });

  it("closes what it opened when a branch fails", () => {
    runInScope(graphScope(new Graph()), (graph) => {
      const before = stateOf(graph);
      const failing = (): never => {
        throw new RangeError("mine");
      };
      expect(() => cond(pred(), () => cond(pred("q"), failing, failing), failing)).toThrow("mine");
      expect(stateOf(graph)).toEqual(before);
      expect(int(1).op.controlInputs).toEqual([]);
    });
  });

  it("builds in the graph of the condition", () => {
    const graph = new Graph();
    const p = runInScope(graphScope(graph), () => pred());
    const y = cond(
      p,
      () => int(1),
      () => int(2),
    );
    expect(y.graph).toBe(graph);
  });

  it("gives each op the branch that it belongs to", () => {
    runInScope(graphScope(new Graph()), (graph) => {
      const seen: (string | undefined)[] = [];
      const [p, a] = [pred(), int(1, "a")];
      const inner = (): Tensor => {
        const y = cond(
          p,
          () => a.add(1),
          () => a,
        );
        seen.push(y.op.flow?.name);
        return y;
      };
      const result = cond(p, inner, () => a);
      expect(seen).toEqual(["cond/cond_text"]);
      expect(result.op.flow).toBeNull();
      const add = graph.getOperationByName("cond/cond/add");
      expect(add.flow).toMatchObject({ name: "cond/cond/cond_text", kind: "cond", branch: 1 });
      expect(add.flow?.outer?.name).toBe("cond/cond_text");
    });
  });

  it("unpacks by type what it unpacks by value", () => {
    runInScope(graphScope(new Graph()), () => {
      const pair = cond(
        pred(),
        () => [int(1), { x: float(2) }],
        () => [int(3), { x: float(4) }],
      );
      const second: Tensor = pair[1].x;
      const single: Tensor = cond(
        pred(),
        () => [int(1)],
        () => [int(1)],
      );
      expect([pair[0].dtype.name, second.dtype.name, single.dtype.name]).toEqual(["int32", "float32", "int32"]);
    });
  });
});
