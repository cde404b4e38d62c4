/**
 * The texts that programs' authors read, on the program of TensorFlow's guide: errors of the variable store and reports.
 * After a wanted change run `npx vitest run test/golden-texts.test.ts -u` and read the difference.
 */
import { dirname } from "node:path";
import {
  AUTO_REUSE,
  constantInitializer,
  explainScope,
  explainVariable,
  fixedSizePartitioner,
  Graph,
  getVariable,
  getVariableScope,
  NamesakeError,
  ndarray,
  summarize,
  ties,
  Variable,
  variableScope,
  zerosInitializer,
} from "namesake";
import { describe, expect, it } from "vitest";
import {
  filterInTemplate,
  filterReusedFirst,
  filterShared,
  filterTwice,
  filterTwiceInScope,
  shareOtherShape,
} from "./guide-program.ts";

const root = `${dirname(import.meta.dirname)}/`;

/** Paths from the root of the repository, without columns and without the frames of this very file. */
function normal(text: string): string {
  return text
    .replaceAll(root, "")
    .replace(/\btest\/golden-texts\.test\.ts:\d+:\d+/g, "<here>")
    .replace(/(\.ts:\d+):\d+/g, "$1")
    .replace(/ < (\d+):\d+/g, " < $1")
    .split("\n")
    .map((line) =>
      line
        .replace(/<here> < .*$/, "<here>")
        .replace(/(?: in \S+)? < <here>.*$/, "")
        .trimEnd(),
    )
    .filter((line) => !/^\s*<here>(?: in \S+)?$/.test(line))
    .join("\n");
}

function errorOf(body: () => unknown): NamesakeError {
  try {
    new Graph().asDefault(body);
  } catch (error) {
    if (error instanceof NamesakeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const errors: Readonly<Record<string, () => unknown>> = {
  "exists-at-root": filterTwice,
  "exists-in-scope": filterTwiceInScope,
  "reused-before-made": filterReusedFirst,
  "other-shape": shareOtherShape,
  "other-dtype": () => {
    getVariable("counts", { initializer: ndarray([1, 2], "int32") });
    getVariableScope().reuseVariables();
    getVariable("counts", { initializer: ndarray([1, 2], "int32") });
  },
  misspelt: () => {
    filterShared();
    variableScope("image_filter", { reuse: true }, () =>
      variableScope("conv1", () => getVariable("weights", [5, 5, 32, 32])),
    );
  },
  "made-by-new-variable": () => {
    variableScope("layer", () => new Variable([0], { name: "w" }));
    variableScope("layer", { reuse: true }, () => getVariable("w", [1]));
  },
  "exists-partitioned": () => {
    const ask = () => getVariable("table", [4, 2], { partitioner: fixedSizePartitioner(2) });
    variableScope("embedding", ask);
    variableScope("embedding", ask);
  },
  "in-template": filterInTemplate,
};

describe("the errors of the variable store", () => {
  it.each(Object.keys(errors))("tell %s", async (name) => {
    const { message } = errorOf(errors[name] as () => unknown);
    await expect(`${normal(message)}\n`).toMatchFileSnapshot(`goldens/texts/error-${name}.txt`);
  });

  it("have the facts of their texts as fields", () => {
    const error = errorOf(filterTwice);
    expect(error).toMatchObject({
      name: "VariableExistsError",
      variableName: "conv1/weights",
      tensorflowClass: "ValueError",
    });
    expect(error.fields["existing"]).toMatchObject({ name: "conv1/weights:0" });
    expect(Object.keys(error.fields).sort()).toEqual([
      "definedAt",
      "existing",
      "requested",
      "requestedAt",
      "scope",
      "variableName",
    ]);
  });
});

describe("the reports on the guide's program", () => {
  const reports: Readonly<Record<string, () => string>> = {
    summary: () => String(summarize()),
    "summary-markdown": () => summarize().toMarkdown(),
    "summary-json": () => JSON.stringify(summarize(), null, 2),
    ties: () => String(ties()),
    "ties-json": () => JSON.stringify(ties(), null, 2),
    variable: () => String(explainVariable("image_filters/conv1/weights")),
    "variable-json": () => JSON.stringify(explainVariable("image_filters/conv1/weights"), null, 2),
  };

  it.each(Object.keys(reports))("%s", async (name) => {
    const text = new Graph().asDefault(() => {
      filterShared();
      return (reports[name] as () => string)();
    });
    await expect(`${normal(text)}\n`).toMatchFileSnapshot(`goldens/texts/report-${name}.txt`);
  });

  it("explain the scope in which the second call is made", async () => {
    const texts = new Graph().asDefault(() => filterShared(() => String(explainScope())));
    await expect(`${normal(texts.explained.join("\n\n"))}\n`).toMatchFileSnapshot("goldens/texts/report-scope.txt");
  });

  it("explain a scope with everything set", async () => {
    const text = new Graph().asDefault(() =>
      variableScope(
        "outer",
        {
          initializer: constantInitializer(0.4),
          regularizer: function l2() {
            return null;
          },
          partitioner: fixedSizePartitioner(2),
          cachingDevice: "/cpu:0",
          dtype: "float64",
          useResource: true,
          customGetter: function observed(getter, name, options) {
            return getter(name, options);
          },
        },
        (outer) => {
          outer.setInitializer(zerosInitializer());
          return variableScope("inner", { reuse: AUTO_REUSE, constraint: (value) => value }, () =>
            String(explainScope()),
          );
        },
      ),
    );
    await expect(`${normal(text)}\n`).toMatchFileSnapshot("goldens/texts/report-scope-with-everything.txt");
  });
});
