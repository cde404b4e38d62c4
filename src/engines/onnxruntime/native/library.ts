/**
 * The C interface of the ONNX Runtime that `onnxruntime-node` brings, called through koffi. Nothing here knows of models or values; a wrong
 * call ends the process, so only the functions below are ever called. Mirrors include/onnxruntime/core/session/onnxruntime_c_api.h.
 */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** An address. Addresses of today's machines are exact as numbers, too. */
export type Pointer = number | bigint;

/** Memory that a C function reads or writes: a typed array stands for the address of its elements. */
type Memory = ArrayBufferView | null;

/** A status: 0 where all went well. */
type Status = Pointer;

/** What koffi makes of a C function. */
interface NativeFunction<A extends readonly unknown[], R> {
  (...args: A): R;
  async(...args: [...A, (error: Error | null, result: R) => void]): void;
}

/** The part of koffi that is used. */
interface Koffi {
  load(path: string): { func(name: string, result: string, args: readonly string[]): () => Pointer };
  decode(pointer: Pointer, type: unknown): unknown;
  proto(result: string, args: readonly string[]): unknown;
  view(pointer: Pointer, byteLength: number): ArrayBuffer;
  address(buffer: ArrayBufferView): bigint | number;
}

/** The functions that are called. */
interface Functions {
  GetErrorMessage: NativeFunction<[Status], string>;
  CreateEnv: NativeFunction<[severity: number, id: string, out: Memory], Status>;
  CreateSessionFromArray: NativeFunction<[Pointer, Memory, length: number, options: Pointer, out: Memory], Status>;
  Run: NativeFunction<
    [Pointer, Pointer, inNames: Memory, ins: Memory, inCount: number, outNames: Memory, outCount: number, outs: Memory],
    Status
  >;
  CreateSessionOptions: NativeFunction<[out: Memory], Status>;
  SetSessionLogSeverityLevel: NativeFunction<[Pointer, number], Status>;
  SetSessionGraphOptimizationLevel: NativeFunction<[Pointer, number], Status>;
  SetIntraOpNumThreads: NativeFunction<[Pointer, number], Status>;
  CreateRunOptions: NativeFunction<[out: Memory], Status>;
  RunOptionsSetTerminate: NativeFunction<[Pointer], Status>;
  CreateTensorWithDataAsOrtValue: NativeFunction<
    [info: Pointer, data: Memory, byteLength: number, dims: Memory, rank: number, type: number, out: Memory],
    Status
  >;
  GetTensorMutableData: NativeFunction<[Pointer, out: Memory], Status>;
  GetDimensionsCount: NativeFunction<[Pointer, out: Memory], Status>;
  GetDimensions: NativeFunction<[Pointer, dims: Memory, rank: number], Status>;
  GetTensorElementType: NativeFunction<[Pointer, out: Memory], Status>;
  GetTensorTypeAndShape: NativeFunction<[Pointer, out: Memory], Status>;
  CreateCpuMemoryInfo: NativeFunction<[allocator: number, type: number, out: Memory], Status>;
  ReleaseStatus: NativeFunction<[Status], void>;
  ReleaseSession: NativeFunction<[Pointer], void>;
  ReleaseValue: NativeFunction<[Pointer], void>;
  ReleaseRunOptions: NativeFunction<[Pointer], void>;
  ReleaseTensorTypeAndShapeInfo: NativeFunction<[Pointer], void>;
  ReleaseSessionOptions: NativeFunction<[Pointer], void>;
  AddSessionConfigEntry: NativeFunction<[Pointer, key: string, value: string], Status>;
}

const P = "uintptr_t";
const M = "void*";

/** The place of each function in the table, its result and arguments. Places of released functions never change. */
const signatures: Readonly<Record<keyof Functions, readonly [slot: number, result: string, args: readonly string[]]>> =
  {
    GetErrorMessage: [2, "const char*", [P]],
    CreateEnv: [3, P, ["int", "const char*", M]],
    CreateSessionFromArray: [8, P, [P, M, "size_t", P, M]],
    Run: [9, P, [P, P, M, M, "size_t", M, "size_t", M]],
    CreateSessionOptions: [10, P, [M]],
    SetSessionLogSeverityLevel: [22, P, [P, "int"]],
    SetSessionGraphOptimizationLevel: [23, P, [P, "int"]],
    SetIntraOpNumThreads: [24, P, [P, "int"]],
    CreateRunOptions: [39, P, [M]],
    RunOptionsSetTerminate: [46, P, [P]],
    CreateTensorWithDataAsOrtValue: [49, P, [P, M, "size_t", M, "size_t", "int", M]],
    GetTensorMutableData: [51, P, [P, M]],
    GetTensorElementType: [60, P, [P, M]],
    GetDimensionsCount: [61, P, [P, M]],
    GetDimensions: [62, P, [P, M, "size_t"]],
    GetTensorTypeAndShape: [65, P, [P, M]],
    CreateCpuMemoryInfo: [69, P, ["int", "int", M]],
    ReleaseStatus: [93, "void", [P]],
    ReleaseSession: [95, "void", [P]],
    ReleaseValue: [96, "void", [P]],
    ReleaseRunOptions: [97, "void", [P]],
    ReleaseTensorTypeAndShapeInfo: [99, "void", [P]],
    ReleaseSessionOptions: [100, "void", [P]],
    AddSessionConfigEntry: [130, P, [P, "const char*", "const char*"]],
  };

/** The version of the interface that is asked for: it has all of these functions. */
const API_VERSION = 18;

/** `ORT_LOGGING_LEVEL_FATAL`: what goes wrong is thrown, and printed by nobody. */
export const QUIET = 4;

/** The library, with what every model needs. */
export class NativeLibrary {
  readonly functions: Functions;
  /** Describes memory of the processor. */
  readonly memoryInfo: Pointer;
  readonly environment: Pointer;
  readonly #koffi: Koffi;

  private constructor(koffi: Koffi, functions: Functions) {
    this.#koffi = koffi;
    this.functions = functions;
    this.environment = this.make((out) => functions.CreateEnv(QUIET, "namesake", out));
    // An arena's memory, the default kind.
    this.memoryInfo = this.make((out) => functions.CreateCpuMemoryInfo(1, 0, out));
  }

  /** Loads the library of the installed `onnxruntime-node`; throws anything when it is not there, or not as it should be. */
  static load(require: NodeJS.Require): NativeLibrary {
    const koffi = require("koffi") as Koffi;
    const base = Number(koffi.load(libraryPath(require)).func("OrtGetApiBase", P, [])());
    const at = (address: number, result: string, args: readonly string[]): unknown =>
      koffi.decode(koffi.decode(address, P) as Pointer, koffi.proto(result, args));
    const getApi = at(base, P, ["uint32_t"]) as (version: number) => Pointer;
    const table = Number(getApi(API_VERSION));
    if (table === 0) throw new Error(`ONNX Runtime does not offer version ${API_VERSION} of its interface`);
    const functions = Object.fromEntries(
      Object.entries(signatures).map(([name, [slot, result, args]]) => [name, at(table + 8 * slot, result, args)]),
    );
    return new NativeLibrary(koffi, functions as unknown as Functions);
  }

  /** @throws {Error} with ONNX Runtime's text. */
  check(status: Status): void {
    if (status === 0) return;
    const message = this.functions.GetErrorMessage(status);
    this.functions.ReleaseStatus(status);
    throw new Error(message);
  }

  /** What a function gives by its last parameter. */
  make(call: (out: BigUint64Array) => Status): number {
    const out = new BigUint64Array(1);
    this.check(call(out));
    return Number(out[0]);
  }

  /** Memory of the library, as an array buffer. It is there as long as what it belongs to. */
  view(pointer: Pointer, byteLength: number): ArrayBuffer {
    return this.#koffi.view(pointer, byteLength);
  }

  address(memory: ArrayBufferView): Pointer {
    return Number(this.#koffi.address(memory));
  }
}

/** Names of the library file, the one that the package's own binding loads first. */
const libraryNames: Readonly<Record<string, readonly RegExp[]>> = {
  linux: [/^libonnxruntime\.so(?:\.\d+)*$/],
  darwin: [/^libonnxruntime\.\d+\.dylib$/, /^libonnxruntime.*\.dylib$/],
  win32: [/^onnxruntime\.dll$/],
};

function libraryPath(require: NodeJS.Require): string {
  const bin = join(dirname(require.resolve("onnxruntime-node/package.json")), "bin");
  for (const version of readdirSync(bin).filter((name) => name.startsWith("napi-v"))) {
    const folder = join(bin, version, process.platform, process.arch);
    if (!existsSync(folder)) continue;
    const files = readdirSync(folder);
    for (const pattern of libraryNames[process.platform] ?? []) {
      const file = files.find((name) => pattern.test(name));
      if (file !== undefined) return join(folder, file);
    }
  }
  throw new Error(`onnxruntime-node has no library for ${process.platform} on ${process.arch}`);
}
