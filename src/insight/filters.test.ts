import {
  ArgumentError,
  ArgumentTypeError,
  and,
  byDtype,
  byName,
  byRegExp,
  filters,
  fixedSizePartitioner,
  Graph,
  GraphKeys,
  getLocalVariable,
  getVariable,
  globalVariables,
  inCollection,
  inScope,
  localVariables,
  not,
  or,
  trainable,
  type VariableFilter,
  variableScope,
} from "namesake";
import { describe, expect, it } from "vitest";

/** The names of the variables of a small model that pass. */
function passing(wanted: VariableFilter): string[] {
  return new Graph().asDefault(() => {
    variableScope("tower", () => {
      variableScope("conv1", () => ["kernel", "bias"].map((name) => getVariable(name, [2])));
      variableScope("conv2", () => ["kernel", "bias"].map((name) => getVariable(name, [2], { dtype: "float64" })));
    });
    variableScope("towers", () => getVariable("kernel", [2], { trainable: false }));
    getVariable("table", [4], { partitioner: fixedSizePartitioner(2) });
    getLocalVariable("step", [], { dtype: "int64" });
    return filters.select([...globalVariables(), ...localVariables()], wanted).map((variable) => variable.op.name);
  });
}

const kernels = ["tower/conv1/kernel", "tower/conv2/kernel"];

describe("filters of variables", () => {
  it.each<[string, readonly string[]]>([
    ["tower/conv1/kernel", ["tower/conv1/kernel"]],
    ["tower/*/kernel", kernels],
    ["tower/*", []],
    ["tower/**", ["tower/conv1/kernel", "tower/conv1/bias", "tower/conv2/kernel", "tower/conv2/bias"]],
    ["**/kernel", [...kernels, "towers/kernel"]],
    ["tower/conv?/{kernel,nothing}", kernels],
    ["{step,towers/*}", ["towers/kernel", "step"]],
    ["st.p", []],
    ["table", ["table/part_0", "table/part_1"]],
    ["table/part_0", ["table/part_0"]],
    ["", []],
  ])("byName(%j) lets pass %j", (pattern, names) => {
    expect(passing(byName(pattern))).toEqual(names);
  });

  it.each(["a{b", "a}b", "{a,{b}"])("refuse the pattern %j", (pattern) => {
    expect(() => byName(pattern)).toThrow(ArgumentError);
  });

  it("find regular expressions anywhere in the name, wherever the last search ended", () => {
    const expression = /conv\d\/k/g;
    expression.test("conv1/k");
    expect(passing(byRegExp(expression))).toEqual(kernels);
  });

  it("tell collections, element types, scopes and what is trained apart", () => {
    expect(passing(inCollection(GraphKeys.LOCAL_VARIABLES))).toEqual(["step"]);
    expect(passing(inCollection("none"))).toEqual([]);
    expect(passing(byDtype("float64", "int64"))).toEqual(["tower/conv2/kernel", "tower/conv2/bias", "step"]);
    expect(passing(inScope("tower"))).toEqual(passing(byName("tower/**")));
    expect(passing(inScope(""))).toEqual(passing(() => true));
    expect(passing(not(trainable))).toEqual(["towers/kernel", "step"]);
  });

  it("combine, in any depth, with functions of the user too", () => {
    expect(passing(and(trainable, byName("**/kernel")))).toEqual(kernels);
    expect(passing(or(byName("step"), and(inScope("tower"), not(byDtype("float32")), byName("**/bias"))))).toEqual([
      "tower/conv2/bias",
      "step",
    ]);
    expect(passing(and((variable) => variable.shape.rank === 0))).toEqual(["step"]);
    expect(passing(and())).toEqual(passing(or(not(or()))));
  });

  it("take one variable as well as many", () => {
    new Graph().asDefault(() => {
      const w = getVariable("w", [1]);
      expect([w].filter(and(trainable, inCollection(GraphKeys.GLOBAL_VARIABLES)))).toHaveLength(1);
    });
  });

  it("see what is in a collection now, not when the filter was made", () => {
    new Graph().asDefault((graph) => {
      const filter = inCollection("mine");
      const w = getVariable("w", [1]);
      expect(filters.select([w], filter)).toHaveLength(0);
      graph.addToCollection("mine", w);
      expect(filters.select([w], filter)).toHaveLength(1);
    });
  });

  it("print as the code that makes them", () => {
    const own = (): boolean => true;
    expect(
      String(
        and(byName("a/*"), or(not(trainable), byDtype("float32")), byRegExp(/x/i), inScope("a"), inCollection("k")),
      ),
    ).toBe(
      'and(byName("a/*"), or(not(trainable), byDtype("float32")), byRegExp(/x/i), inScope("a"), inCollection("k"))',
    );
    expect(String(not(own))).toBe("not(own)");
  });

  it("refuse what is no filter, and name the functions for tensors", () => {
    expect(() => and("tower/**" as never)).toThrow(ArgumentTypeError);
    expect(() => or(1 as never)).toThrow("logicalOr");
    expect(() => filters.select([], "x" as never)).toThrow(ArgumentTypeError);
  });
});
