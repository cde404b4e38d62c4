/** The tutorial on the three values of `reuse`, retyped, with its published outcomes. */
import {
  AUTO_REUSE,
  Graph,
  getVariable,
  globalVariablesInitializer,
  localVariablesInitializer,
  randomNormal,
  Session,
  Variable,
  VariableExistsError,
  VariableNotFoundError,
  variableScope,
} from "namesake";
import { describe, expect, it } from "vitest";
import { expectConsole } from "../console-guard.ts";

const w = (size: number) => getVariable("w", { initializer: randomNormal([size, size], { mean: 0, stddev: 1 }) });

function inNewGraph(body: () => void): void {
  new Graph().asDefault(body);
}

describe("reuse", () => {
  it("does not make tf.Variable and get_variable share, and warns", () => {
    expectConsole("warn", /layer1\/w/);
    inNewGraph(() => {
      const [w1, w2] = variableScope("layer1", { reuse: AUTO_REUSE }, () => [
        new Variable(randomNormal([2, 2], { mean: 0, stddev: 1 }), { name: "w" }),
        w(3),
      ]);
      const session = new Session();
      session.runSync(globalVariablesInitializer());
      session.runSync(localVariablesInitializer());
      expect([w1?.name, w2?.name]).toEqual(["layer1/w:0", "layer1/w_1:0"]);
      expect(w1?.evalSync({ session })?.shape).toEqual([2, 2]);
      expect(w2?.evalSync({ session })?.shape).toEqual([3, 3]);
    });
  });

  it("null: the second request is an error", () => {
    inNewGraph(() => {
      variableScope("layer1", { reuse: null }, () => {
        w(3);
        expect(() => w(3)).toThrow(VariableExistsError);
        expect(() => w(3)).toThrow(
          /^Variable layer1\/w already exists, disallowed\. Did you mean to set reuse=True or reuse=tf\.AUTO_REUSE in VarScope\? Originally defined at:/,
        );
      });
    });
  });

  it("null inside AUTO_REUSE: inherits", () => {
    inNewGraph(() => {
      variableScope("layer1", { reuse: AUTO_REUSE }, () =>
        variableScope("layer_sub_1", { reuse: null }, () => {
          const w1 = w(3);
          expect(w(3)).toBe(w1);
        }),
      );
    });
  });

  it("true: what does not exist is an error", () => {
    inNewGraph(() => {
      const build = () => variableScope("layer1", { reuse: true }, () => w(3));
      expect(build).toThrow(VariableNotFoundError);
      expect(build).toThrow(
        /^Variable layer1\/w does not exist, or was not created with tf\.get_variable\(\)\. Did you mean to set reuse=tf\.AUTO_REUSE in VarScope\?/,
      );
    });
  });

  it("true: what exists is shared", () => {
    inNewGraph(() => {
      const w1 = variableScope("layer1", () => w(2));
      expect(variableScope("layer1", { reuse: true }, () => w(2))).toBe(w1);
    });
  });

  it("AUTO_REUSE: creates, then shares", () => {
    inNewGraph(() => {
      const layerWeight = () => variableScope("weight", { reuse: AUTO_REUSE }, () => w(2));
      expect(layerWeight()).toBe(layerWeight());
    });
  });
});
