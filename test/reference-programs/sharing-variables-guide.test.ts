/** The programs of TensorFlow's guide "Sharing Variables", retyped, with their published outcomes. */
import {
  AUTO_REUSE,
  constantInitializer,
  float32,
  Graph,
  getVariable,
  getVariableScope,
  globalVariables,
  globalVariablesInitializer,
  nameScope,
  nn,
  placeholder,
  randomNormal,
  randomNormalInitializer,
  Session,
  type Tensor,
  Variable,
  VariableExistsError,
  variableScope,
  zeros,
} from "namesake";
import { describe, expect, it } from "vitest";

/** Each program of the guide starts with nothing. */
function inNewGraph(body: () => void): void {
  new Graph().asDefault(body);
}

const image1 = () => placeholder(float32, [1, 8, 8, 32]);

describe("the problem", () => {
  function myImageFilter(inputImages: Tensor): Tensor {
    const conv1Weights = new Variable(randomNormal([5, 5, 32, 32]), { name: "conv1_weights" });
    const conv1Biases = new Variable(zeros([32]), { name: "conv1_biases" });
    const conv1 = nn.conv2d(inputImages, conv1Weights, { strides: [1, 1, 1, 1], padding: "SAME" });
    const relu1 = nn.relu(conv1.add(conv1Biases));
    const conv2Weights = new Variable(randomNormal([5, 5, 32, 32]), { name: "conv2_weights" });
    const conv2Biases = new Variable(zeros([32]), { name: "conv2_biases" });
    const conv2 = nn.conv2d(relu1, conv2Weights, { strides: [1, 1, 1, 1], padding: "SAME" });
    return nn.relu(conv2.add(conv2Biases));
  }

  it("makes a second set of variables in the second call", () => {
    inNewGraph(() => {
      myImageFilter(image1());
      expect(globalVariables()).toHaveLength(4);
      myImageFilter(image1());
      expect(globalVariables().map((v) => v.name)).toEqual([
        "conv1_weights:0",
        "conv1_biases:0",
        "conv2_weights:0",
        "conv2_biases:0",
        "conv1_weights_1:0",
        "conv1_biases_1:0",
        "conv2_weights_1:0",
        "conv2_biases_1:0",
      ]);
    });
  });
});

describe("the variable scope example", () => {
  function convRelu(input: Tensor, kernelShape: readonly number[], biasShape: readonly number[]): Tensor {
    const weights = getVariable("weights", kernelShape, { initializer: randomNormalInitializer() });
    const biases = getVariable("biases", biasShape, { initializer: constantInitializer(0) });
    const conv = nn.conv2d(input, weights, { strides: [1, 1, 1, 1], padding: "SAME" });
    return nn.relu(conv.add(biases));
  }
  function myImageFilter(inputImages: Tensor): Tensor {
    const relu1 = variableScope("conv1", () => convRelu(inputImages, [5, 5, 32, 32], [32]));
    return variableScope("conv2", () => convRelu(relu1, [5, 5, 32, 32], [32]));
  }

  it("refuses to share by accident", () => {
    inNewGraph(() => {
      myImageFilter(image1());
      let error: unknown;
      try {
        myImageFilter(image1());
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(VariableExistsError);
      expect(error).toMatchObject({ variableName: "conv1/weights", tensorflowClass: "ValueError" });
    });
  });

  it("shares after reuse_variables()", () => {
    inNewGraph(() => {
      variableScope("image_filters", (scope) => {
        myImageFilter(image1());
        scope.reuseVariables();
        myImageFilter(image1());
      });
      expect(globalVariables().map((v) => v.name)).toEqual([
        "image_filters/conv1/weights:0",
        "image_filters/conv1/biases:0",
        "image_filters/conv2/weights:0",
        "image_filters/conv2/biases:0",
      ]);
    });
  });
});

describe("how variable scope works", () => {
  it("creates in a scope that does not reuse, and shares in one that does", () => {
    inNewGraph(() => {
      const v = variableScope("foo", () => getVariable("v", [1]));
      expect(v.name).toBe("foo/v:0");
      const v1 = variableScope("foo", { reuse: true }, () => getVariable("v", [1]));
      expect(v1).toBe(v);
    });
  });

  it("nests names like directories", () => {
    inNewGraph(() => {
      const v = variableScope("foo", () => variableScope("bar", () => getVariable("v", [1])));
      expect(v.name).toBe("foo/bar/v:0");
    });
  });

  it("reuses after getVariableScope().reuseVariables()", () => {
    inNewGraph(() => {
      variableScope("foo", () => {
        const v = getVariable("v", [1]);
        getVariableScope().reuseVariables();
        expect(getVariable("v", [1])).toBe(v);
      });
    });
  });

  it("inherits reuse, and leaves it with the scope", () => {
    inNewGraph(() => {
      variableScope("root", () => {
        expect(getVariableScope().reuse).toBe(false);
        variableScope("foo", () => expect(getVariableScope().reuse).toBe(false));
        variableScope("foo", { reuse: true }, () => {
          expect(getVariableScope().reuse).toBe(true);
          variableScope("bar", () => expect(getVariableScope().reuse).toBe(true));
        });
        expect(getVariableScope().reuse).toBe(false);
      });
    });
  });
});

describe("capturing variable scope", () => {
  it("re-enters a captured scope", () => {
    inNewGraph(() => {
      const [fooScope, v] = variableScope("foo", (scope) => [scope, getVariable("v", [1])] as const);
      const w = variableScope(fooScope, () => getVariable("w", [1]));
      variableScope(fooScope, { reuse: true }, () => {
        expect(getVariable("v", [1])).toBe(v);
        expect(getVariable("w", [1])).toBe(w);
      });
      expect(w.name).toBe("foo/w:0");
    });
  });

  it("jumps out of the current prefix", () => {
    inNewGraph(() => {
      const fooScope = variableScope("foo", (scope) => scope);
      expect(fooScope.name).toBe("foo");
      variableScope("bar", () =>
        variableScope("baz", (otherScope) => {
          expect(otherScope.name).toBe("bar/baz");
          variableScope(fooScope, (fooScope2) => expect(fooScope2.name).toBe("foo"));
        }),
      );
    });
  });
});

describe("initializers in variable scope", () => {
  it("inherits a default, which a call or an inner scope overrides", () => {
    inNewGraph(() => {
      const variables = variableScope("foo", { initializer: constantInitializer(0.4) }, () => [
        getVariable("v", [1]),
        getVariable("w", [1], { initializer: constantInitializer(0.3) }),
        variableScope("bar", () => getVariable("v", [1])),
        variableScope("baz", { initializer: constantInitializer(0.2) }, () => getVariable("v", [1])),
      ]);
      const session = new Session();
      session.runSync(globalVariablesInitializer());
      const values = variables.map((v) => v.evalSync({ session })?.item());
      expect(values).toEqual([0.4, 0.3, 0.4, 0.2].map(Math.fround));
    });
  });
});

describe("names of ops in variable scope", () => {
  it("opens a name scope of the same name", () => {
    inNewGraph(() => {
      const x = variableScope("foo", () => getVariable("v", [1]).add(1.0));
      expect(x.op.name).toBe("foo/add");
    });
  });

  it("lets name scopes affect ops only", () => {
    inNewGraph(() => {
      const [v, x] = variableScope("foo", () =>
        nameScope("bar", () => {
          const variable = getVariable("v", [1]);
          return [variable, variable.add(1.0)] as const;
        }),
      );
      expect(v.name).toBe("foo/v:0");
      expect(x.op.name).toBe("foo/bar/add");
    });
  });

  it("opens a name scope for a captured scope, too, where the guide says it does not", () => {
    inNewGraph(() => {
      const fooScope = variableScope("foo", (scope) => scope);
      const x = variableScope("bar", () => variableScope(fooScope, () => getVariable("v", [1]).add(1.0)));
      expect(x.op.name).toBe("bar/foo/add");
    });
  });

  it("shares with AUTO_REUSE what exists and creates what does not", () => {
    inNewGraph(() => {
      const foo = () => variableScope("foo", { reuse: AUTO_REUSE }, () => getVariable("v", [1]));
      expect(foo()).toBe(foo());
    });
  });
});
