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
import type { Case } from "../../tools/conformance/program.ts";
import { errorRecord, ProgramError } from "../../tools/conformance/program-errors.ts";
import { checkCase } from "../../tools/conformance/runner.ts";

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
