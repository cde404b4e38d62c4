import { beforeEach, expect, it, vi } from "vitest";
import { EngineInternalError, UnavailableError } from "../../base/errors.ts";
import type { Engine } from "../../session/engine.ts";
import { createDefaultEngine } from "./node.ts";

const onnxRuntime = vi.hoisted(() => ({ create: (): unknown => undefined }));
vi.mock("../onnxruntime/node.ts", () => ({ createOnnxRuntimeEngine: () => onnxRuntime.create() }));

beforeEach(() => {
  vi.restoreAllMocks();
});

it("is ONNX Runtime where it is installed", () => {
  const engine = { name: "onnxruntime" } as Engine;
  onnxRuntime.create = () => engine;
  expect(createDefaultEngine()).toBe(engine);
});

it("is the reference engine elsewhere, and says so once", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  onnxRuntime.create = () => {
    throw new UnavailableError("The package onnxruntime-node cannot be loaded.\n  why     Cannot find module");
  };
  expect([createDefaultEngine().name, createDefaultEngine().name]).toEqual(["reference", "reference"]);
  expect(warn).toHaveBeenCalledTimes(1);
  expect(warn.mock.calls[0]?.[0]).toMatch(/^Steps run on the reference engine, .*\n {2}why {5}Cannot find module\n/);
});

it("does not hide other failures", () => {
  onnxRuntime.create = () => {
    throw new EngineInternalError("broken");
  };
  expect(createDefaultEngine).toThrow("broken");
});
