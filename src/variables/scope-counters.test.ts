import { describe, expect, it } from "vitest";
import { Graph } from "../graph/graph.ts";
import { ScopeCounters, scopeCounters } from "./scope-counters.ts";
import { variableScope } from "./variable-scope.ts";

/** TensorFlow's own way: one map, a copy of which is put back when a captured scope is left. */
class PlainCounters {
  counts = new Map<string, number>();
  count(name: string): number {
    return this.counts.get(name) ?? 0;
  }
  open(name: string): void {
    this.counts.set(name, this.count(name) + 1);
  }
  closeSubscopes(name: string): void {
    for (const key of this.counts.keys()) if (key.startsWith(`${name}/`)) this.counts.set(key, 0);
  }
}

function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("the counters of scopes", () => {
  it("forget what is below a scope when it is left, but not the scope", () => {
    const counters = ScopeCounters.ofThread();
    counters.open("a");
    const inside = counters.below("a");
    inside.open("a/b");
    expect(inside.count("a/b")).toBe(1);
    counters.closeSubscopes("a");
    expect([counters.count("a"), counters.count("a/b"), counters.count("ab")]).toEqual([1, 0, 0]);
  });

  it("do not take a name for one below another that it merely begins with", () => {
    const counters = ScopeCounters.ofThread();
    for (const name of ["a", "ab/c"]) counters.open(name);
    counters.closeSubscopes("a");
    expect(counters.count("ab/c")).toBe(1);
  });

  it("keep nothing of a visit to a captured scope", () => {
    const counters = ScopeCounters.ofThread();
    counters.open("s/layer");
    const visit = counters.visit();
    visit.open("s/layer_1");
    visit.closeSubscopes("s");
    expect([visit.count("s/layer"), visit.count("s/layer_1")]).toEqual([0, 0]);
    expect([counters.count("s/layer"), counters.count("s/layer_1")]).toEqual([1, 0]);
  });

  it("are those of the innermost open scope", () => {
    const graph = new Graph();
    graph.asDefault(() => {
      const outside = scopeCounters(graph);
      variableScope("a", () => expect(scopeCounters(graph)).not.toBe(outside));
      expect(scopeCounters(graph)).toBe(outside);
      expect(outside.count("a")).toBe(1);
    });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("count as one map with snapshots does, for random nestings (seed %i)", (seed) => {
    const random = randomNumbers(seed);
    const plain = new PlainCounters();
    const names = ["a", "b", "a/b", "b/a", "a/a/b", "", "a/"];
    const visit = (counters: ScopeCounters, depth: number): void => {
      for (let i = 0; i < 4; i += 1) {
        const name = names[random(names.length)] as string;
        for (const each of names) expect(counters.count(each), `seed ${seed}, '${each}'`).toBe(plain.count(each));
        counters.open(name);
        plain.open(name);
        if (depth === 4) continue;
        if (random(2) === 0) {
          const inside = counters.below(name);
          visit(inside, depth + 1);
          inside.handOn();
          counters.closeSubscopes(name);
          plain.closeSubscopes(name);
        } else {
          const snapshot = new Map(plain.counts);
          visit(counters.visit(), depth + 1);
          plain.counts = snapshot;
        }
      }
    };
    visit(ScopeCounters.ofThread(), 0);
  });
});
