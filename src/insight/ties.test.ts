import {
  AUTO_REUSE,
  add,
  assignAdd,
  cond,
  constant,
  explainVariable,
  fixedSizePartitioner,
  Graph,
  getVariable,
  identity,
  nameScope,
  placeholder,
  type Tensor,
  ties,
  UnknownNameError,
  Variable,
  variableScope,
  whileLoop,
} from "namesake";
import { describe, expect, it } from "vitest";

function inGraph<R>(body: (graph: Graph) => R): R {
  return new Graph().asDefault(body);
}

function readersOf(name: string): string[] {
  return explainVariable(name).readers.flatMap(({ ops }) => ops.map((op) => op.name));
}

describe("the ties of a graph", () => {
  it("are none where nothing is shared", () => {
    inGraph((graph) => {
      getVariable("w", [1]);
      new Variable([0], { name: "v" });
      expect(ties(graph)).toHaveLength(0);
      expect(String(ties())).toBe("no variable is shared");
    });
  });

  it("list each shared variable once, with its calls and readers", () => {
    inGraph(() => {
      const layer = (x: Tensor) => variableScope("layer", { reuse: AUTO_REUSE }, () => add(x, getVariable("b", [2])));
      const x = placeholder("float32", [2]);
      for (let i = 0; i < 3; i += 1) layer(x);
      const [tie, ...others] = ties();
      expect(others).toHaveLength(0);
      expect(tie?.variable.name).toBe("layer/b:0");
      expect(tie?.calls).toBe(3);
      expect(tie?.callSites.map(({ count }) => count)).toEqual([3]);
      expect(tie?.readers.map(({ scope, ops }) => [scope, ops.map((op) => op.name)])).toEqual([
        ["layer", ["layer/Add"]],
        ["layer_1", ["layer_1/Add"]],
        ["layer_2", ["layer_2/Add"]],
      ]);
      expect(ties().of(tie!.variable)?.calls).toBe(3);
      expect(JSON.parse(JSON.stringify(ties()))).toMatchObject([{ variable: "layer/b", calls: 3 }]);
    });
  });

  it("count calls whose places were not kept", () => {
    inGraph(() => {
      for (let i = 0; i < 100; i += 1) variableScope("s", { reuse: AUTO_REUSE }, () => getVariable("w", [1]));
      expect(ties().list[0]?.calls).toBe(100);
      expect(String(ties())).toContain("and 35 calls more");
    });
  });

  it("know partitioned variables by their slices", () => {
    inGraph(() => {
      const ask = () =>
        variableScope("s", { reuse: AUTO_REUSE }, () =>
          getVariable("t", [4], { partitioner: fixedSizePartitioner(2) }),
        );
      ask();
      ask();
      expect(ties().list.map((tie) => tie.variable.op.name)).toEqual(["s/t/part_0", "s/t/part_1"]);
    });
  });
});

describe("the readers of a variable", () => {
  it.each([false, true])(
    "are the ops behind its read ops, and not what was made with it (resource: %j)",
    (useResource) => {
      inGraph(() => {
        const w = getVariable("w", [2], { useResource });
        expect(readersOf("w")).toEqual([]);
        nameScope("use", () => add(w, identity(w, { name: "mine" }), { name: "sum" }));
        expect(readersOf("w").sort()).toEqual(["use/mine", "use/sum"]);
      });
    },
  );

  it.each([false, true])("include a read op of the user's whose value nothing takes (resource: %j)", (useResource) => {
    inGraph(() => {
      const w = getVariable("w", [2], { useResource });
      const read = nameScope("mine", () => w.readValue());
      expect(readersOf("w")).toEqual([read.op.name]);
    });
  });

  it.each([false, true])("are found inside of conditionals and loops (resource: %j)", (useResource) => {
    inGraph(() => {
      const w = getVariable("w", [], { useResource });
      cond(
        placeholder("bool", []),
        () => add(w, 1, { name: "inside" }),
        () => constant(0),
      );
      expect(readersOf("w")).toEqual(["cond/inside"]);
      whileLoop(
        (i) => i.less(3),
        (i) => add(i, w, { name: "step" }),
        [constant(0)],
      );
      expect(readersOf("w")).toEqual(["cond/inside", "while/step"]);
    });
  });

  it("of a partitioned variable are behind the joining of its slices", () => {
    inGraph(() => {
      const table = getVariable("t", [4], { partitioner: fixedSizePartitioner(2) });
      add(table as never, 1, { name: "use" });
      expect(readersOf("t")).toEqual(["use"]);
      expect(readersOf("t/part_1")).toEqual(["use"]);
    });
  });

  it("are told from its writers, and the initializer from both", () => {
    inGraph(() => {
      const w = getVariable("w", [2]);
      assignAdd(w, [1, 1], { name: "step" });
      const { readers, writers } = explainVariable(w);
      expect(readers).toEqual([]);
      expect(writers.flatMap(({ ops }) => ops.map((op) => op.name))).toEqual(["step"]);
    });
  });
});

describe("the explanation of a variable", () => {
  it("finds it by store name, op name or tensor name", () => {
    inGraph(() => {
      const plain = variableScope("a", () => new Variable([1], { name: "w" }));
      const stored = variableScope("a", { auxiliaryNameScope: false }, () => getVariable("v", [1]));
      expect(explainVariable("a/w").variable).toBe(plain);
      expect(explainVariable("a/w:0").storeName).toBeNull();
      expect(explainVariable("a/v").variable).toBe(stored);
      expect(explainVariable(stored).storeName).toBe("a/v");
    });
  });

  it("prefers the name in the store where the two differ", () => {
    inGraph(() => {
      constant(0, { name: "w" });
      const stored = getVariable("w", [1]);
      expect(stored.op.name).toBe("w_1");
      expect(explainVariable("w").variable).toBe(stored);
      expect(explainVariable("w_1").variable).toBe(stored);
    });
  });

  it("proposes the nearest names for one that does not exist", () => {
    inGraph(() => {
      variableScope("model/conv1", () => getVariable("kernel", [1]));
      expect(() => explainVariable("conv1/kernel")).toThrow(UnknownNameError);
      expect(() => explainVariable("conv1/kernel")).toThrow("nearest names: model/conv1/kernel");
    });
  });

  it("tells collections, device, slices and size", () => {
    inGraph((graph) => {
      const table = getVariable("t", [4, 2], {
        partitioner: fixedSizePartitioner(2),
        dtype: "float64",
        trainable: false,
        collections: ["mine"],
      });
      const whole = explainVariable(table as never);
      expect(whole).toMatchObject({
        kind: "partitioned",
        name: "t",
        parameters: 8,
        bytes: 64,
        trainable: false,
        collections: ["mine"],
      });
      expect(String(whole)).toContain("'t/part_1' [2, 2]");
      expect(String(explainVariable("t/part_1", { graph }))).toContain("of 't' [4, 2], from [2, 0]");
    });
  });
});
