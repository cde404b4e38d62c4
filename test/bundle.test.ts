/** What a web page pays for the core door, and what it must not drag in. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { type BuildOptions, build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listDoors, root } from "../tools/doors.mjs";

/** Core door with the reference engine, minified and gzipped, in bytes. */
const CORE_DOOR_BUDGET = 360_000;

interface Bundle {
  readonly text: string;
  /** Modules that the bundle leaves to the platform. */
  readonly outside: readonly string[];
}

async function bundle(door: string, options: BuildOptions): Promise<Bundle> {
  const { outputFiles = [], metafile } = await build({
    absWorkingDir: root,
    stdin: { contents: `export * from "${join("namesake", door)}";`, resolveDir: root, loader: "ts" },
    conditions: ["namesake-source"],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    metafile: true,
    outdir: "out",
    logLevel: "silent",
    ...options,
  });
  const outside = Object.values(metafile?.outputs ?? {}).flatMap(({ imports }) => imports.map(({ path }) => path));
  return { text: outputFiles.map(({ text }) => text).join("\n"), outside };
}

describe("the core door in a browser", () => {
  let core: Bundle;

  beforeAll(async () => {
    core = await bundle(".", { platform: "browser" });
  });

  it("is within its size budget", () => {
    const byteLength = gzipSync(core.text, { level: 9 }).byteLength;
    expect(byteLength).toBeGreaterThan(0);
    expect(byteLength).toBeLessThanOrEqual(CORE_DOOR_BUDGET);
  });

  it("is whole: nothing is left to install, to Node or to ONNX Runtime", () => {
    expect(core.outside).toEqual([]);
    expect(core.text).not.toMatch(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'`](?:node:|[^"'`]*onnxruntime)/);
  });
});

describe("what each door leaves outside", () => {
  const allowed: Readonly<Record<string, readonly string[]>> = {
    ".": [],
    "./formats": [],
    "./testing": [],
    "./async-context": ["node:async_hooks"],
  };

  it.each(listDoors().filter(({ door }) => door in allowed))("$door", async ({ door }) => {
    // Every bare name stays outside, so that a stray import shows here instead of being bundled.
    const external = ["node:*", "onnxruntime-node", "vitest"];
    const { outside } = await bundle(door, { platform: "neutral", external });
    expect([...new Set(outside)]).toEqual(allowed[door]);
  });
});

describe("importing the core door", () => {
  let folder = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "namesake-import-"));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("changes nothing outside of itself, prints nothing and keeps nothing running", async () => {
    const { text } = await bundle(".", { platform: "browser" });
    writeFileSync(join(folder, "core.mjs"), text);
    writeFileSync(join(folder, "probe.mjs"), probe(pathToFileURL(join(folder, "core.mjs")).href));
    const output = execFileSync(process.execPath, [join(folder, "probe.mjs")], { encoding: "utf8", timeout: 15_000 });
    expect(output).toBe("unchanged\n");
  });

  it("keeps the names that reports show, though classes are renamed", async () => {
    const { text } = await bundle(".", { platform: "browser" });
    writeFileSync(join(folder, "core.mjs"), text);
    writeFileSync(join(folder, "names.mjs"), names(pathToFileURL(join(folder, "core.mjs")).href));
    const output = execFileSync(process.execPath, [join(folder, "names.mjs")], { encoding: "utf8", timeout: 15_000 });
    expect(output).toBe("TruncatedNormal(mean=0, stddev=0.1)\nZeros()\nShapeError\n");
  });
});

/** A program that prints names of classes of `url`. */
function names(url: string): string {
  return `
    const tf = await import(${JSON.stringify(url)});
    console.log(tf.truncatedNormalInitializer({ stddev: 0.1 }).describe());
    console.log(tf.zerosInitializer().describe());
    try { tf.matmul(tf.zeros([2, 3]), tf.zeros([2, 3])); } catch (error) { console.log(error.name); }
  `;
}

/** A program that compares what every module of a process shares before and after importing `url`. */
function probe(url: string): string {
  return `
    const shared = () => {
      const lines = [];
      for (const name of Object.getOwnPropertyNames(globalThis).sort()) {
        const { value } = Object.getOwnPropertyDescriptor(globalThis, name);
        lines.push(name);
        if (typeof value !== "function") continue;
        lines.push(...Reflect.ownKeys(value).map((key) => name + "." + String(key)));
        if (value.prototype) lines.push(...Reflect.ownKeys(value.prototype).map((key) => name + "#" + String(key)));
      }
      lines.push("stackTraceLimit " + Error.stackTraceLimit, "prepareStackTrace " + Error.prepareStackTrace);
      lines.push("listeners " + process.eventNames().map(String).sort());
      lines.push("resources " + process.getActiveResourcesInfo().filter((name) => /Timeout|Worker|Server/.test(name)));
      return lines.join("\\n");
    };
    const before = shared();
    await import(${JSON.stringify(url)});
    console.log(shared() === before ? "unchanged" : "changed");
  `;
}
