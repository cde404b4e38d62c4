import {
  AUTO_REUSE,
  constantInitializer,
  fixedSizePartitioner,
  Graph,
  getLocalVariable,
  getVariable,
  ndarray,
  not,
  placeholder,
  summarize,
  trainable,
  Variable,
  variableScope,
} from "namesake";
import { describe, expect, it } from "vitest";

function inGraph<R>(body: (graph: Graph) => R): R {
  return new Graph().asDefault(body);
}

describe("the summary of a graph", () => {
  it("says so when there are no variables", () => {
    inGraph(() => {
      expect(summarize().totals.variables).toBe(0);
      expect(String(summarize())).toBe("no variables");
      expect(summarize().toMarkdown()).toBe("no variables");
    });
  });

  it("counts parameters, bytes, what is trained and what is shared, by scope", () => {
    inGraph(() => {
      const build = () =>
        variableScope("a", { reuse: AUTO_REUSE }, () => getVariable("w", [2, 3], { dtype: "float64" }));
      build();
      build();
      getLocalVariable("n", [], { dtype: "int64" });
      const { root, totals } = summarize();
      expect(totals).toEqual({ variables: 2, parameters: 7, trainableParameters: 6, bytes: 56, shared: 1, unknown: 0 });
      expect(root.variables.map((row) => [row.name, row.calls, row.trainable])).toEqual([["n", 1, false]]);
      expect(root.scopes.map((scope) => [scope.path, scope.totals.bytes])).toEqual([["a", 48]]);
    });
  });

  it("names the initializer as it was given", () => {
    inGraph(() => {
      getVariable("default", [2]);
      getVariable("zeros", [2], { dtype: "int32" });
      getVariable("constant", [2], { initializer: constantInitializer(0.5) });
      getVariable("array", { initializer: ndarray([1, 2]) });
      getVariable("own", [2], {
        initializer: function ramp(shape: readonly number[]) {
          return new Array<number>(shape[0] as number).fill(1);
        },
      });
      new Variable(3, { name: "number" });
      new Variable(() => [1], { name: "lazy" });
      expect(summarize().root.variables.map(({ name, initializer }) => `${name}: ${initializer}`)).toEqual([
        "default: GlorotUniform()",
        "zeros: Zeros()",
        "constant: Constant(value=0.5)",
        "array: a value",
        "own: function ramp",
        "number: 3",
        "lazy: a function",
      ]);
    });
  });

  it("shows what is not known of a shape, and leaves it out of the sums", () => {
    inGraph(() => {
      new Variable(placeholder("float32", [null, 2]), { name: "open", validateShape: false, useResource: true });
      new Variable(placeholder("float32"), { name: "any", validateShape: false });
      new Variable(["text"], { name: "text" });
      const summary = summarize();
      expect(summary.totals).toMatchObject({ variables: 3, parameters: 1, bytes: 0, unknown: 3 });
      expect(String(summary)).toMatch(/open +\[\?, 2\] +float32 +\? +\?/);
      expect(String(summary)).toContain("3 of unknown size");
    });
  });

  it("lists the slices of a partitioned variable under its name", () => {
    inGraph(() => {
      getVariable("table", [5, 2], { partitioner: fixedSizePartitioner(2) });
      const [scope] = summarize().root.scopes;
      expect(scope?.variables.map(({ name, shape }) => [name, shape])).toEqual([
        ["table/part_0", [3, 2]],
        ["table/part_1", [2, 2]],
      ]);
    });
  });

  it("takes a graph, a scope, or options, and a filter", () => {
    inGraph((graph) => {
      const scope = variableScope("a", (inner) => {
        getVariable("w", [1]);
        getVariable("frozen", [1], { trainable: false });
        return inner;
      });
      getVariable("b", [1]);
      const names = (...given: Parameters<typeof summarize>) =>
        String(summarize(...given))
          .match(/^ *(w|frozen|b)\b/gm)
          ?.map((name) => name.trim());
      expect(names(graph)).toEqual(["b", "w", "frozen"]);
      expect(names(scope)).toEqual(["w", "frozen"]);
      expect(names({ scope: "a" })).toEqual(["w", "frozen"]);
      expect(names(graph, { filter: not(trainable) })).toEqual(["frozen"]);
      expect(names(scope, { filter: (variable) => variable.trainable })).toEqual(["w"]);
      expect(summarize(scope, { filter: trainable }).filter).toBe('inScope("a"), trainable');
      new Graph().asDefault(() => {
        expect(summarize().totals.variables).toBe(0);
        expect(summarize(scope).totals.variables).toBe(2);
      });
    });
  });

  it("keeps the bars of an initializer out of a Markdown table", () => {
    inGraph(() => {
      new Variable("a|b", { name: "text" });
      const row = summarize().toMarkdown().split("\n")[2] as string;
      expect(row.replaceAll("\\|", "").match(/\|/g)).toHaveLength(9);
    });
  });

  it("is made of many variables as well", () => {
    inGraph((graph) => {
      for (let i = 0; i < 1000; i += 1) {
        variableScope(`layer${i}`, () => {
          for (let k = 0; k < 20; k += 1) getVariable(`w${k}`, [2], { initializer: constantInitializer(0) });
        });
      }
      const summary = summarize(graph, { filter: trainable });
      expect(summary.totals).toMatchObject({ variables: 20_000, parameters: 40_000 });
      expect(String(summary).split("\n")).toHaveLength(20_000 + 1000 + 2);
    });
  });
});
