/** The benchmark's own rules: statistics, targets, the table, the command line and the names of figures. No time is asserted. */
import { readFileSync } from "node:fs";
import { Graph } from "namesake";
import { describe, expect, it } from "vitest";
import { BenchError } from "../bench/bench-error.ts";
import { cases } from "../bench/cases.ts";
import { figures } from "../bench/figures.ts";
import { firstVariables, ops, plan, randomVariables, variables } from "../bench/graph-cases.ts";
import { readOptions } from "../bench/options.ts";
import { report, table } from "../bench/report.ts";
import { Results } from "../bench/results.ts";
import { median, ratios, shortNumber, spreadOf } from "../bench/statistics.ts";
import { judge, type Measured } from "../bench/targets.ts";
import { trainingNames, trainingUnits } from "../bench/training-cases.ts";
import { type TrainingProgram, trainingPrograms } from "../bench/training-programs.ts";

describe("statistics", () => {
  it("takes the value in the middle, of an even number the mean of both", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 7])).toBe(6);
    expect(median([])).toBeNaN();
  });

  it("leaves the values in their order", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it("has no spread of nothing", () => {
    expect(spreadOf([4, 2, 9])).toEqual({ min: 2, median: 4, max: 9 });
    expect(spreadOf([])).toBeNull();
  });

  it("compares round by round, and leaves out the rounds that only one side has", () => {
    expect(ratios([10, 30], [5, 10])).toEqual([2, 3]);
    expect(ratios([10], [5, 10, 20])).toEqual([2]);
    expect(ratios([10, 30], [5])).toEqual([2]);
    expect(ratios([], [5])).toEqual([]);
  });

  it("writes three digits that count", () => {
    const written = [0.01234, 1, 99.94, 99.96, 12_345.6, -0.5, 0].map(shortNumber);
    expect(written).toEqual(["0.0123", "1.00", "99.9", "100", "12,346", "-0.500", "0.00"]);
  });
});

describe("targets", () => {
  const measured = (value: number, ratio: number | null = null, others: Record<string, number> = {}): Measured => ({
    value,
    ratioTo: (peer) => (peer === "tensorflow" ? ratio : null),
    valueOf: (name) => others[name] ?? null,
  });

  it("judges the figure itself", () => {
    const target = { kind: "most", limit: 50 } as const;
    expect(judge(target, measured(50))).toEqual({ text: "≤ 50", state: "met" });
    expect(judge(target, measured(50.1))).toEqual({ text: "≤ 50", state: "missed" });
  });

  it("judges the ratio to the peer, which needs a peer", () => {
    const target = { kind: "times", limit: 60, goal: 100 } as const;
    expect(judge(target, measured(1, 60))).toEqual({ text: "≥ 60× (goal 100×)", state: "met" });
    expect(judge(target, measured(1, 59.9)).state).toBe("missed");
    expect(judge(target, measured(1)).state).toBe("unknown");
    expect(judge({ kind: "times", limit: 10 }, measured(1)).text).toBe("≥ 10×");
  });

  it("judges the ratio to the peer that it names", () => {
    const target = { kind: "times", limit: 10, peer: "tfjs" } as const;
    expect(judge(target, measured(1, 60))).toEqual({ text: "≥ 10× TensorFlow.js", state: "unknown" });
    const ratioTo = (peer: string) => (peer === "tfjs" ? 10 : 1);
    expect(judge(target, { ...measured(1), ratioTo }).state).toBe("met");
    expect(judge({ ...target, limit: 11 }, { ...measured(1), ratioTo }).state).toBe("missed");
  });

  it("judges growth, which needs what it grows from", () => {
    const target = { kind: "growth", limit: 1.5, from: "small" } as const;
    expect(judge(target, measured(3, null, { small: 2 }))).toEqual({
      text: "growth ≤ 1.5×, is 1.50×",
      state: "met",
    });
    expect(judge(target, measured(4, null, { small: 2 })).state).toBe("missed");
    expect(judge(target, measured(4))).toEqual({ text: "growth ≤ 1.5×", state: "unknown" });
  });

  it("name figures that exist", () => {
    for (const target of Object.values(figures).flatMap(({ targets = [] }) => targets)) {
      if (target.kind === "growth") expect(Object.keys(figures)).toContain(target.from);
    }
  });
});

describe("the table", () => {
  const results = new Results();
  for (const [ours, theirs] of [
    [2, 300],
    [4, 200],
    [3, 330],
  ] as const) {
    results.add("namesake", { "create, 10,000 variables": ours, "plan, 10,000 ops": 40 * ours });
    results.add("tensorflow", { "create, 10,000 variables": theirs });
  }
  results.add("namesake", {
    "create, 100,000 variables": 6,
    "reuse, 100,000 variables": 5,
    "create, 10,000 ops": 7.125,
  });

  it("has both sides, the ratio of each round, and whether the target is met; what was not measured is left out", () => {
    expect(table(results)).toBe(
      [
        "| median (least to most) | Namesake | TensorFlow | TensorFlow ÷ Namesake | target | |",
        "| --- | --- | --- | --- | --- | --- |",
        "| create, 10,000 variables (µs each) | 3.00 (2.00 to 4.00) | 300 (200 to 330) | 110× (50.0× to 150×) | ≥ 60× (goal 100×) | met |",
        "| create, 100,000 variables (µs each) | 6.00 |  |  | growth ≤ 1.5×, is 2.00× | missed |",
        "| reuse, 100,000 variables (µs each) | 5.00 |  |  | growth ≤ 1.5× | — |",
        "| create, 10,000 ops (µs each) | 7.13 |  |  |  |  |",
        "| plan, 10,000 ops (ms) | 120 (80.0 to 160) |  |  | ≤ 50 | missed |",
        "",
      ].join("\n"),
    );
  });

  it("comes with the machine, and with TensorFlow's version where it was measured", () => {
    const machine = { cpu: "A Processor", cores: 4, memoryGiB: 16, node: "v20.19.0", date: "2025-06-01T12:00:00.000Z" };
    expect(report(results, { ...machine, peers: { tensorflow: "2.21.0" } })).toMatch(
      /^A Processor, 4 cores, 16 GiB; Node v20\.19\.0, TensorFlow 2\.21\.0; 2025-06-01\.\n/,
    );
    expect(report(results, { ...machine, peers: {} })).toContain("Node v20.19.0; 2025-06-01.");
  });

  it("stands under a line that says where and when it was measured", () => {
    const machine = {
      cpu: "A Processor",
      cores: 4,
      memoryGiB: 16,
      node: "v20",
      peers: { tensorflow: "2.21.0", tfjs: "4.22.0 (one thread)" },
      date: "2026-11-21T10:00",
    };
    expect(report(results, machine)).toMatch(
      /^A Processor, 4 cores, 16 GiB; Node v20, TensorFlow 2\.21\.0, TensorFlow\.js 4\.22\.0 \(one thread\); 2026-11-21\.\n/,
    );
    expect(report(results, { ...machine, peers: {} })).toContain("Node v20; 2026");
  });

  it("has a column for each peer that was asked, with what it lacks where it cannot", () => {
    const figure = "inference, ResNet-50, batch 1, frozen";
    const several = new Results();
    several.add("namesake", { [figure]: 20 });
    several.add("tensorflow", { [figure]: 30 });
    several.add("tfjs", { [figure]: 180 }, "infer-resnet50");
    several.add("jax-js", { [figure]: { cannot: "it has no convolution" } }, "infer-resnet50");
    expect(table(several)).toBe(
      [
        "| median (least to most) | Namesake | TensorFlow | TensorFlow ÷ Namesake | TensorFlow.js | TensorFlow.js ÷ Namesake | jax-js | jax-js ÷ Namesake | target | |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        "| inference, ResNet-50, batch 1, frozen (ms) | 20.0 | 30.0 | 1.50× | 180 | 9.00× | cannot: it has no convolution |  | ≥ 0.8× (goal 1×); ≥ 10× TensorFlow.js | met; missed |",
        "",
      ].join("\n"),
    );
    expect(several.isRefused("jax-js", "infer-resnet50")).toBe(true);
    expect(several.isRefused("tfjs", "infer-resnet50")).toBe(false);
    expect(JSON.parse(JSON.stringify(several))).toEqual({
      [figure]: {
        unit: "ms",
        namesake: [20],
        tensorflow: [30],
        tfjs: [180],
        "jax-js": [],
        cannot: { "jax-js": "it has no convolution" },
      },
    });
  });

  it("has no column for a peer that was not asked", () => {
    const alone = new Results();
    alone.add("namesake", { "plan, 10,000 ops": 10 });
    expect(table(alone)).toBe(
      "| median (least to most) | Namesake | target | |\n| --- | --- | --- | --- |\n| plan, 10,000 ops (ms) | 10.0 | ≤ 50 | met |\n",
    );
  });

  it("is kept with every round's value", () => {
    expect(JSON.parse(JSON.stringify(results))).toMatchObject({
      "create, 10,000 variables": { unit: "µs each", namesake: [2, 4, 3], tensorflow: [300, 200, 330] },
    });
  });

  it("takes no figure that is not named", () => {
    expect(() => new Results().add("tensorflow", { "crate, 10,000 ops": 1 })).toThrow(
      'figures.ts has no "crate, 10,000 ops", which tensorflow measured',
    );
  });
});

describe("the command line", () => {
  it("runs everything five times, and writes it", () => {
    expect(readOptions([])).toEqual({
      cases: Object.keys(cases),
      peers: [],
      isQuick: false,
      rounds: 5,
      out: "bench/results",
    });
  });

  it("writes a part of it only where it is told to", () => {
    expect(readOptions(["--cases", "plan, ops,plan"])).toMatchObject({ cases: ["plan", "ops"], out: null });
    expect(readOptions(["--quick"])).toMatchObject({ rounds: 1, out: null });
    expect(readOptions(["--quick"]).cases).not.toContain("heap");
    expect(readOptions(["--quick", "--cases", "heap", "--rounds", "3", "--out", "here"])).toMatchObject({
      cases: ["heap"],
      rounds: 3,
      out: "here",
    });
  });

  it("takes peers in any order, each once", () => {
    expect(readOptions(["--peers", "tensorflow"]).peers).toEqual(["tensorflow"]);
    expect(readOptions(["--peers", "jax-js, tensorflow,tfjs,tfjs"]).peers).toEqual(["tensorflow", "tfjs", "jax-js"]);
  });

  it("says what it does not know", () => {
    const refused = (...words: string[]) => expect(() => readOptions(words));
    refused("--cases", "ops,toString").toThrow(
      'There is no case "toString". The cases are variables, first-variables,',
    );
    const known = "The peers are tensorflow, tfjs, jax-js.";
    refused("--peers", "torch").toThrow(`There is no peer "torch". ${known}`);
    refused("--peers", "tensorflow,toString").toThrow(`There is no peer "toString". ${known}`);
    refused("--peers", "").toThrow(`There is no peer "". ${known}`);
    refused("--rounds", "1.5").toThrow('--rounds takes a whole number from 1 on, not "1.5".');
    refused("--rouds", "1").toThrow(/Unknown option '--rouds'[^]*usage:/);
    refused("--rouds").toThrow(BenchError);
  });
});

describe("the cases", () => {
  it("measure figures that are named", () => {
    const results = new Results();
    const measured = [
      variables([1000, 4000]),
      firstVariables(10_000),
      randomVariables(10_000),
      ops(10_000),
      plan(10_000),
    ];
    for (const one of measured) results.add("namesake", one);
    expect(results.names).toHaveLength(4 + 1 + 1 + 1 + 3);
  });

  it("have a peer where they say so", () => {
    const peer = readFileSync(new URL("../bench/tensorflow_peer.py", import.meta.url), "utf8");
    const theirs = [...peer.matchAll(/^ {4}"([\w-]+)": /gm)].map(([, name]) => name);
    const ours = Object.entries(cases).filter(([, { peers }]) => peers.tensorflow !== undefined);
    expect(theirs).toEqual(ours.map(([name]) => name));
  });

  it("train the same programs, under the same titles", () => {
    const peer = readFileSync(new URL("../bench/tensorflow_training.py", import.meta.url), "utf8");
    const theirs = [...peer.matchAll(/^ {4}"(train-[\w-]+)": \("([^"]+)"/gm)].map(([, name, title]) => [name, title]);
    expect(theirs).toEqual(Object.entries(trainingNames));
    expect(Object.keys(trainingPrograms)).toEqual(Object.keys(trainingNames));
    const measured = [...peer.matchAll(/^ {8}"([\w +]+)": /gm)].map(([, what]) => what);
    expect(measured).toEqual(Object.keys(trainingUnits));
  });

  it.each(Object.keys(trainingPrograms))("%s has a loss that can be trained", (name) => {
    const { build, train } = trainingPrograms[name] as TrainingProgram;
    new Graph().asDefault(() => {
      const { loss, feeds } = build();
      expect(loss.shape.dims).toEqual([]);
      for (const { tensor, shape } of feeds) expect(tensor.shape.isCompatibleWith(shape)).toBe(true);
      expect(train(loss).graph).toBe(loss.graph);
    });
  });

  it("name figures of steps and of the door that exist", () => {
    const texts = ["door-cases.ts", "step-cases.ts"].map((file) =>
      readFileSync(new URL(`../bench/${file}`, import.meta.url), "utf8"),
    );
    const written = texts.flatMap((text) => [
      ...text.matchAll(/["`]((?:run|runSync|import|core door)\b[^"`]*)["`]\]?:/g),
    ]);
    const names = written.flatMap(([, name = ""]) =>
      name.includes("${name}")
        ? ["reference", "ONNX Runtime"].map((engine) => name.replace("${name}", engine))
        : [name],
    );
    expect(names).toHaveLength(2 * 7 + 2);
    expect(Object.keys(figures)).toEqual(expect.arrayContaining(names));
  });
});
