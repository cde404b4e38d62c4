/** The conformance runner itself: what counts as a difference, how a failure reads, and how the command ends. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "namesake";
import { afterAll, describe, expect, it } from "vitest";
import { CaseFileError, readCaseFile } from "../../tools/conformance/case-file.ts";
import { readCommandLine, UsageError } from "../../tools/conformance/command-line.ts";
import { findDifferences } from "../../tools/conformance/compare.ts";
import { sessionMaker } from "../../tools/conformance/engines.ts";
import { executeProgram } from "../../tools/conformance/execute.ts";
import { checkGradientCase, type GradientCase, isGradientCase } from "../../tools/conformance/gradient-case.ts";
import type { Case, LogEntry, Statement } from "../../tools/conformance/program.ts";
import { errorRecord, ProgramError } from "../../tools/conformance/program-errors.ts";
import { checkCase } from "../../tools/conformance/runner.ts";
import { wantedDifferenceOf, withoutWanted } from "../../tools/conformance/wanted-differences.ts";

const folder = mkdtempSync(join(tmpdir(), "namesake-runner-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const passing: Case = {
  name: "a-variable",
  program: [{ do: "get_variable", name: "v", shape: [1], initializer: { init: "zeros" } }],
  expect: {
    log: [
      {
        at: "0",
        variable: {
          name: "v:0",
          op: "v",
          dtype: "float32_ref",
          shape: [1],
          trainable: true,
          initial_value: "v/Initializer/zeros:0",
          initializer: "v/Assign",
        },
      },
    ],
    end: { scope: "", reuse: false, name_scope: "" },
    graphs: [
      {
        nodes: [
          "v/Initializer/zeros = Const() {_class=loc:@v; dtype=float32; value=[1](0x00000000)}",
          "v = VariableV2() {_class=loc:@v; dtype=float32; shape=[1]}",
          "v/Assign = Assign(v, v/Initializer/zeros) {T=float32; _class=loc:@v}",
          "v/read = Identity(v) {T=float32; _class=loc:@v}",
        ],
        collections: { variables: ["v:0"], trainable_variables: ["v:0"] },
      },
    ],
  },
};

/** The same with one node that TensorFlow does not have. */
const failing: Case = {
  ...passing,
  name: "a-wrong-node",
  expect: { ...passing.expect, graphs: [{ nodes: ["other = NoOp()"], collections: {} }] },
};

describe("differences", () => {
  const value = (dtype: string, data: readonly unknown[]) => ({ dtype, shape: [data.length], data });

  it("are none between absent and null, and for messages that are not wanted", () => {
    expect(findDifferences({ a: null }, { b: undefined })).toEqual([]);
    expect(findDifferences({ class: "ValueError" }, { class: "ValueError", message: "text" })).toEqual([]);
  });

  it("are found with their place", () => {
    const found = findDifferences({ log: [{ class: "E", message: "a" }] }, { log: [{ class: "E", message: "b" }] });
    expect(found).toEqual([{ path: ["log", 0, "message"], wanted: "a", got: "b" }]);
    expect(findDifferences([1, 2], [1])).toEqual([{ path: ["length"], wanted: 2, got: 1 }]);
  });

  it("tolerate rounding of floats by their type, and nothing else", () => {
    expect(findDifferences(value("float32", [100]), value("float32", [100.0004]))).toEqual([]);
    expect(findDifferences(value("float32", [100]), value("float32", [100.0006]))).toHaveLength(1);
    expect(findDifferences(value("float64", [1]), value("float64", [1.00001]))).toHaveLength(1);
    expect(findDifferences(value("int32", [1]), value("int32", [2]))).toHaveLength(1);
    expect(findDifferences(value("float32", ["nan"]), value("float32", [0]))).toHaveLength(1);
    expect(findDifferences(value("float32", [1]), value("float64", [1]))).toHaveLength(1);
    expect(findDifferences(value("float32", [1, 2]), value("float32", [1]))).toHaveLength(1);
  });
});

describe("errors", () => {
  it("are recorded by TensorFlow's class and the stable part of the first line", () => {
    const error = new tf.GraphError("Duplicate node name in graph: 'v'\n  defined elsewhere");
    expect(errorRecord(error)).toEqual({ class: "ValueError", message: "Duplicate node name in graph: 'v'" });
    expect(errorRecord(new ProgramError("raised"))).toEqual({ class: "ProgramError", message: "raised" });
    expect(errorRecord(new tf.ShapeError("too small for '{{node a}} = …"))).toEqual({
      class: "ValueError",
      message: "too small",
    });
  });

  it("show as JavaScript's when the library did not mean them", () => {
    expect(errorRecord(new RangeError("bad")).class).toBe("JavaScript's RangeError");
  });
});

describe("a case", () => {
  it("passes when the record is the same", () => {
    expect(checkCase(passing, sessionMaker("reference"))).toEqual([]);
  });

  it("fails with what TensorFlow had and what Namesake has, from the first node that differs", () => {
    const text = checkCase(failing, sessionMaker("reference")).join("\n");
    expect(text).toContain("graphs[0].nodes differ from node 0 on (1 nodes wanted, 4 made)");
    expect(text).toContain("TensorFlow\n      other = NoOp()");
    expect(text).toContain("Namesake\n      v/Initializer/zeros = Const()");
  });

  it("fails with the statement whose entry differs, five differences at most", () => {
    const entry = { at: "0", scope: { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 } };
    const failures = checkCase({ ...passing, expect: { ...passing.expect, log: [entry] } }, sessionMaker("reference"));
    expect(failures[0]).toContain('log[0].scope  at 0: {"do":"get_variable","name":"v"');
    expect(failures.length).toBeLessThanOrEqual(6);
  });

  it("fails when it does not follow the format", () => {
    const [failure] = checkCase({ ...passing, program: [{ do: "nonsense" }] }, sessionMaker("reference"));
    expect(failure).toContain("no statement is called 'nonsense'");
  });
});

describe("a case of gradients", () => {
  const value = (data: readonly number[]) => ({ dtype: "float32", shape: [data.length], data });
  const squared: GradientCase = {
    name: "square",
    fn: "square",
    args: { x: { input: "x" } },
    inputs: { x: value([3, -1]) },
    wrt: ["x"],
    grad_ys: [value([1, 2])],
    outputs: [value([9, 1])],
    gradients: [value([6, -4])],
    second: { seeds: [value([1, 1])], gradients: [value([2, 4])], gradients_of_grad_ys: [value([6, -2])] },
  };
  const check = (one: GradientCase): string => checkGradientCase(one, sessionMaker("reference")).join("\n");

  it("passes with its values, gradients and second derivatives", () => {
    expect(isGradientCase(squared)).toBe(true);
    expect(check(squared)).toBe("");
  });

  it("fails where one of them differs", () => {
    expect(check({ ...squared, outputs: [value([9, 2])] })).toContain("outputs.0");
    expect(check({ ...squared, gradients: [null] })).toContain("gradients.0");
    expect(check({ ...squared, second: { seeds: [value([1, 1])], gradients: [value([2, 5])] } })).toContain(
      "second.gradients.0",
    );
  });

  it("fails with a reason where the function or its gradient is not there", () => {
    expect(check({ ...squared, fn: "no_such_function" })).toContain("tf.no_such_function is not there yet");
    const error = { class: "LookupError", message: "No gradient" };
    expect(check({ ...squared, error })).toContain("an error was wanted");
    expect(check({ ...squared, args: { y: { input: "x" } } })).toContain("square could not be called");
  });
});

describe("programs that train", () => {
  const program: readonly Statement[] = [
    { do: "get_variable", as: "w", name: "w", initializer: { array: [1, 2], dtype: "float32" } },
    { do: "tf", as: "l", fn: "nn.l2_loss", args: { t: { ref: "w" } } },
    { do: "tf", as: "o", fn: "train.GradientDescentOptimizer", args: { learning_rate: { float: 0.5 } } },
    { do: "method", as: "t", of: { ref: "o" }, fn: "minimize", args: { loss: { ref: "l" } } },
    { do: "run", init: "all" },
    { do: "train", fetches: [{ ref: "t" }], steps: 10, watch: [{ ref: "w" }], record: [0, 10] },
  ];

  /** What the last statement logs. */
  const lastEntry = (statements: readonly Statement[]): LogEntry =>
    executeProgram(statements, sessionMaker("reference")).log.at(-1) as LogEntry;

  it("record what is watched before steps and after", () => {
    const data = [1, 2].map((x) => x / 1024);
    expect(lastEntry(program)).toEqual({
      at: "5",
      watched: [
        { after: 0, values: [{ dtype: "float32", shape: [2], data: [1, 2] }] },
        { after: 10, values: [{ dtype: "float32", shape: [2], data }] },
      ],
    });
  });

  it("may be a little farther from TensorFlow after many steps", () => {
    const after = (steps: number, x: number) => ({
      after: steps,
      values: [{ dtype: "float32", shape: [], data: [x] }],
    });
    expect(findDifferences(after(9, 1), after(9, 1.00005))).toHaveLength(1);
    expect(findDifferences(after(10, 1), after(10, 1.00005))).toEqual([]);
  });

  it("say what is not there, and go on", () => {
    const { log } = executeProgram(
      [{ do: "tf", fn: "train.NoSuchOptimizer", args: {} }, ...program.slice(0, 1)],
      sessionMaker("reference"),
    );
    expect(log[0]?.["error"]).toMatchObject({ message: "tf.train.NoSuchOptimizer is not there yet" });
    expect(log).toHaveLength(2);
  });

  it("take functions of statements, which know where they stand", () => {
    const body = [{ do: "tf", as: "y", fn: "square", args: { x: { ref: "a" } } }];
    const { log } = executeProgram(
      [
        { do: "tf", as: "c", fn: "constant", args: { value: { float: 3 } } },
        { do: "tf", as: "p", fn: "constant", args: { value: { bool: true } } },
        {
          do: "tf",
          as: "r",
          fn: "cond",
          args: {
            pred: { ref: "p" },
            true_fn: {
              lambda: [],
              body: [{ ...body[0], args: { x: { ref: "c" } } } as Statement],
              return: { ref: "y" },
            },
            false_fn: { lambda: [], return: { ref: "c" } },
          } as never,
        },
      ],
      sessionMaker("reference"),
    );
    expect(log.map(({ at, as }) => [at, as])).toEqual([
      ["0", "c"],
      ["1", "p"],
      ["2/0", "y"],
      ["2", "r"],
    ]);
  });

  it("that differ on purpose are compared without what differs", () => {
    expect(wantedDifferenceOf("somewhere/ema.jsonl", "reusing_scope")?.at).toEqual(["1/1"]);
    expect(wantedDifferenceOf("ema.jsonl", "variable_ref")).toBeNull();
    const expect0 = { log: [{ at: "0", error: { class: "ValueError" } }], graphs: [{ nodes: ["x"], collections: {} }] };
    const one: Case = { name: "n", program: [], expect: expect0 };
    const difference = { reason: "", at: ["0"] };
    const [wanted, got] = withoutWanted(one, { log: [{ at: "0", op: {} }], graphs: [] }, difference);
    expect([wanted.expect, got]).toEqual([
      { log: [], graphs: [] },
      { log: [], graphs: [] },
    ]);
    const failed = { log: [{ at: "0", error: { class: "ValueError" } }], graphs: [] };
    expect(withoutWanted(one, failed, difference)[1].log).toHaveLength(1);
  });

  it("have messages up to where Python prints an object", () => {
    const error = new tf.ArgumentError("No gradients provided for any variable: [\"<tf.Variable 'w:0'>\"].", {});
    expect(errorRecord(error, true).message).toBe("No gradients provided for any variable");
  });
});

describe("files", () => {
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it("may begin with how they were made", () => {
    const path = write("header.jsonl", `{"generator":"g","engines":["reference"]}\n\n${JSON.stringify(passing)}\n`);
    const { header, cases } = readCaseFile(path);
    expect(header?.engines).toEqual(["reference"]);
    expect(cases.map(({ name }) => name)).toEqual(["a-variable"]);
  });

  it("may have cases of gradients, and infinite numbers as Python writes them", () => {
    const one = '{"name":"g","fn":"abs","wrt":["x"],"inputs":{},"args":{"x":{"float":-Infinity}},"note":"Infinity"}';
    const { cases, gradientCases } = readCaseFile(write("gradients.jsonl", one));
    expect([cases.length, gradientCases.length]).toEqual([0, 1]);
    expect(gradientCases[0]).toMatchObject({ args: { x: { float: -Infinity } }, note: "Infinity" });
  });

  it("are refused with the line that is no case", () => {
    expect(() => readCaseFile(write("bad.jsonl", "{}"))).toThrow(/bad\.jsonl:1: a case has a name/);
    expect(() => readCaseFile(write("worse.jsonl", "\n{"))).toThrow(/worse\.jsonl:2/);
    expect(() => readCaseFile(join(folder, "none.jsonl"))).toThrow(CaseFileError);
  });
});

describe("the command", () => {
  it("takes an engine, a filter, a flag and files", () => {
    const words = ["--engine", "onnxruntime", "--filter", "x", "--verbose", "a.jsonl", "b.jsonl"];
    expect(readCommandLine(words)).toEqual({
      engine: "onnxruntime",
      filter: "x",
      isVerbose: true,
      files: ["a.jsonl", "b.jsonl"],
    });
  });

  it.each([[[]], [["--engine"]], [["--engine", "abacus", "a"]], [["--fast", "a"]]])("refuses %j", (words) => {
    expect(() => readCommandLine(words)).toThrow(UsageError);
  });

  it("ends with the counts, and with 1 for failures, 2 for a wrong call", () => {
    const path = join(folder, "two.jsonl");
    writeFileSync(path, [passing, failing].map((one) => JSON.stringify(one)).join("\n"));
    const root = join(import.meta.dirname, "../..");
    const run = (...words: string[]) =>
      spawnSync(process.execPath, ["tools/run-ts.mjs", "tools/conformance/main.ts", ...words], {
        cwd: root,
        encoding: "utf8",
      });
    const both = run(path);
    expect([both.status, both.stdout.trimEnd().split("\n").at(-1)]).toEqual([1, "1 passed, 1 failed"]);
    const one = run("--verbose", "--filter", "a-variable", path);
    expect([one.status, one.stdout]).toEqual([0, `pass ${path} a-variable\n1 passed, 0 failed\n`]);
    const wrong = run("--fast", path);
    expect([wrong.status, wrong.stderr.split("\n")[0]]).toEqual([2, "unknown option --fast"]);
  });
});
