/** What the examples that train share: the loop and what it shows, what is shared, and the files that are written. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createReferenceEngine,
  Graph,
  getVariable,
  globalVariablesInitializer,
  nn,
  onesInitializer,
  Session,
  train,
  variableScope,
} from "namesake";
import { decodeSafetensors } from "namesake/formats";
import { afterAll, describe, expect, it } from "vitest";
import { command, type Terminal, UsageError, usageOf } from "../../examples/commands/command.ts";
import { writeOut } from "../../examples/training/out-folder.ts";
import { drawFrom } from "../../examples/training/random.ts";
import { sharingTable } from "../../examples/training/sharing.ts";
import { trainSteps } from "../../examples/training/steps.ts";
import { saveWeights } from "../../examples/training/weights.ts";

const folder = mkdtempSync(join(tmpdir(), "namesake-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Recorder extends Terminal {
  readonly text: () => string;
}

function recorder(columns?: number): Recorder {
  const parts: string[] = [];
  return { write: (part) => parts.push(part), error: () => {}, columns, text: () => parts.join("") };
}

describe("a command's options", () => {
  const given: unknown[] = [];
  const tried = command(
    "tries",
    { fast: { about: "not slow", default: false }, n: { about: "a number", default: 3 } },
    async (values) => {
      given.push(values);
    },
  );

  it("may be on or off", async () => {
    await tried.run([], recorder());
    await tried.run(["--fast", "--n", "4"], recorder());
    expect(given).toEqual([
      { fast: false, n: 3 },
      { fast: true, n: 4 },
    ]);
    await expect(tried.run(["--fast=yes"], recorder())).rejects.toThrow(UsageError);
  });

  it("are told by usage", () => {
    expect(usageOf("try", tried)).toMatch(/^ {2}--fast +not slow$/m);
    expect(usageOf("try", tried)).toMatch(/^ {2}--n N +a number \(3\)$/m);
  });
});

describe("a training", () => {
  it("tells of each tenth in a line where there is no screen", async () => {
    const terminal = recorder();
    const trained = await trainSteps({ steps: 40, step: async (i) => 1 / (i + 1) }, terminal);
    expect(trained).toMatchObject({ isInterrupted: false, seconds: expect.any(Number) as number });
    expect(trained.losses).toHaveLength(40);
    const lines = terminal.text().split("\n");
    expect(lines.filter((line) => line.startsWith("step"))).toHaveLength(11);
    expect(lines[0]).toMatch(/^step {2}1 of 40 {3}loss 1\.000 {3}\d+\.\d ms a step$/);
    // The mean of the losses of steps 2, 3 and 4.
    expect(lines[1]).toContain("step  4 of 40   loss 0.3611");
    expect(terminal.text()).toMatch(/40 steps in \d+\.\d s, last loss 0\.02500\.\n$/);
    expect(terminal.text()).not.toContain("\u001b");
  });

  it("tells of every step when there are few", async () => {
    const terminal = recorder();
    await trainSteps({ steps: 3, step: async () => 1 }, terminal);
    expect(terminal.text().match(/^step/gm)).toHaveLength(3);
  });

  it("shows a bar where there is a screen, and takes it away", async () => {
    const terminal = recorder(100);
    await trainSteps({ steps: 5, step: async () => 0.5 }, terminal);
    expect(terminal.text()).toContain("0 of 5 steps");
    expect(terminal.text()).not.toContain("ms a step");
    // The cursor is hidden while the bar is there, and shown again.
    expect(terminal.text().lastIndexOf("\u001b[?25h")).toBeGreaterThan(terminal.text().lastIndexOf("\u001b[?25l"));
  });

  it("ends after the step in which someone pressed Ctrl-C", async () => {
    const before = process.listenerCount("SIGINT");
    const terminal = recorder();
    const step = async (i: number): Promise<number> => {
      // Twice at once is once: a terminal signals a program and npm, which passes it on.
      if (i === 2) for (let times = 0; times < 2; times += 1) process.emit("SIGINT");
      return i;
    };
    const { losses, isInterrupted } = await trainSteps({ steps: 10, step }, terminal);
    expect(isInterrupted).toBe(true);
    expect(losses).toEqual([0, 1, 2]);
    expect(terminal.text()).toContain("Interrupted: 7 steps were left.");
    expect(process.listenerCount("SIGINT")).toBe(before);
  });

  it("ends when the loss is no number, and leaves the program's signals as they were", async () => {
    const before = process.listenerCount("SIGINT");
    const training = trainSteps({ steps: 10, step: async () => Number.NaN }, recorder());
    await expect(training).rejects.toThrow("The loss is NaN after 1 steps");
    await expect(trainSteps({ steps: 10, step: () => Promise.reject(new Error("no")) }, recorder(80))).rejects.toThrow(
      "no",
    );
    expect(process.listenerCount("SIGINT")).toBe(before);
  });

  it("leaves signals a turn when its steps wait for nothing", async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const until = performance.now() + 200;
    const step = async (): Promise<number> => {
      for (const end = performance.now() + 10; performance.now() < end; );
      return until - performance.now();
    };
    await trainSteps({ steps: 20, step }, recorder());
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});

function twoReaders(): Graph {
  const graph = new Graph();
  graph.asDefault(() => {
    const build = () => nn.l2Loss(getVariable("w", [2, 3], { initializer: onesInitializer() }));
    const first = variableScope("tower", build);
    const second = variableScope("tower", { reuse: true }, build);
    variableScope("alone", () => getVariable("b", [4]));
    new train.AdamOptimizer().minimize(first.add(second));
  });
  return graph;
}

describe("what is shared", () => {
  it("is a table of variables with the model's readers, without those of gradients and optimizers", () => {
    expect(sharingTable(twoReaders())).toBe(
      [
        "shared variable  shape   parameters  asked for  read by",
        "tower/w          [2, 3]           6  2 times    tower/L2Loss, tower_1/L2Loss",
        "10 parameters that train, 1 variable shared.",
        "",
      ].join("\n"),
    );
    expect(sharingTable(twoReaders(), 1)).toContain("tower/L2Loss, 1 more\n");
  });

  it("is told in 100 columns: scopes that take too many stand once, above what is in them", () => {
    const graph = new Graph();
    const outer = "a_model_with_a_very_long_name/and_a_part_of_it_whose_name_is_as_long";
    graph.asDefault(() => {
      const build = (): void => {
        for (const name of ["first", `${outer}/deep/w`, `${outer}/deep/b`, `${outer}/v`])
          nn.l2Loss(getVariable(name, [2], { initializer: onesInitializer() }));
      };
      build();
      variableScope("", { reuse: true }, build);
    });
    expect(sharingTable(graph, 0)).toBe(
      [
        "shared variable  shape  parameters  asked for  read by",
        "first            [2]             2  2 times    2 ops",
        `${outer}/`,
        "  deep/w         [2]             2  2 times    2 ops",
        "  deep/b         [2]             2  2 times    2 ops",
        "  v              [2]             2  2 times    2 ops",
        "8 parameters that train, 4 variables shared.",
        "",
      ].join("\n"),
    );
  });

  it("may be nothing", () => {
    expect(sharingTable(new Graph())).toBe("No variable is shared; 0 parameters that train.\n");
  });
});

describe("weights", () => {
  it("are saved once each, without what the optimizer keeps", async () => {
    const graph = twoReaders();
    await using session = new Session({ graph, engine: createReferenceEngine() });
    await session.run(graph.asDefault(() => globalVariablesInitializer()));
    const path = await saveWeights(session, folder, "w.safetensors", { metadata: { seed: "1" } });
    const { tensors, metadata } = decodeSafetensors(readFileSync(path));
    expect([...tensors.keys()].sort()).toEqual(["alone/b", "tower/w"]);
    expect(tensors.get("tower/w")?.toArray()).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect(metadata["seed"]).toBe("1");
  });
});

describe("files", () => {
  it("are written whole, into a folder that is made", () => {
    const path = writeOut(join(folder, "a/b"), "x", Uint8Array.of(1, 2));
    expect([...readFileSync(path)]).toEqual([1, 2]);
    writeOut(join(folder, "a/b"), "x", Uint8Array.of(3));
    expect([...readFileSync(path)]).toEqual([3]);
    expect(readdirSync(join(folder, "a/b"))).toEqual(["x"]);
  });

  it("that cannot be written are a mistake told in a line", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => writeOut(join(folder, "file"), "x", Uint8Array.of(1))).toThrow(UsageError);
  });
});

describe("draws", () => {
  it("are the same everywhere", () => {
    const draw = drawFrom(1);
    // tools/goldens/training/draw.py gives these.
    expect(Array.from({ length: 8 }, () => draw(1000))).toEqual([627, 2, 527, 981, 968, 281, 612, 720]);
  });
});
