/**
 * The C interface of the ONNX Runtime that `onnxruntime-node` brings, called through koffi. Nothing here knows of models or values; a wrong
 * call ends the process, so only the functions below are ever called. Mirrors include/onnxruntime/core/session/onnxruntime_c_api.h.
 */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** An address. Addresses of today's machines are exact as numbers. */
export type Pointer = number;

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
  CreateEnvWithGlobalThreadPools: NativeFunction<[severity: number, id: string, options: Pointer, out: Memory], Status>;
  CreateThreadingOptions: NativeFunction<[out: Memory], Status>;
  SetGlobalIntraOpNumThreads: NativeFunction<[Pointer, number], Status>;
  SetGlobalInterOpNumThreads: NativeFunction<[Pointer, number], Status>;
  SetGlobalSpinControl: NativeFunction<[Pointer, number], Status>;
  CreateSessionFromArray: NativeFunction<[Pointer, Memory, length: number, options: Pointer, out: Memory], Status>;
  SessionGetOutputTypeInfo: NativeFunction<[Pointer, index: number, out: Memory], Status>;
  Run: NativeFunction<RunArguments, Status>;
  CreateSessionOptions: NativeFunction<[out: Memory], Status>;
  SetSessionLogSeverityLevel: NativeFunction<[Pointer, number], Status>;
  SetSessionGraphOptimizationLevel: NativeFunction<[Pointer, number], Status>;
  SetIntraOpNumThreads: NativeFunction<[Pointer, number], Status>;
  DisablePerSessionThreads: NativeFunction<[Pointer], Status>;
  AddSessionConfigEntry: NativeFunction<[Pointer, key: string, value: string], Status>;
  AddExternalInitializersFromFilesInMemory: NativeFunction<
    [Pointer, names: Memory, contents: Memory, sizes: Memory, count: number],
    Status
  >;
  CreateRunOptions: NativeFunction<[out: Memory], Status>;
  RunOptionsSetTerminate: NativeFunction<[Pointer], Status>;
  GetAllocatorWithDefaultOptions: NativeFunction<[out: Memory], Status>;
  CreateTensorAsOrtValue: NativeFunction<
    [allocator: Pointer, dims: Memory, rank: number, type: number, out: Memory],
    Status
  >;
  CreateTensorWithDataAsOrtValue: NativeFunction<
    [info: Pointer, data: Memory, byteLength: number, dims: Memory, rank: number, type: number, out: Memory],
    Status
  >;
  GetTensorMutableData: NativeFunction<[Pointer, out: Memory], Status>;
  CastTypeInfoToTensorInfo: NativeFunction<[Pointer, out: Memory], Status>;
  GetDimensionsCount: NativeFunction<[Pointer, out: Memory], Status>;
  GetDimensions: NativeFunction<[Pointer, dims: Memory, rank: number], Status>;
  GetTensorElementType: NativeFunction<[Pointer, out: Memory], Status>;
  GetTensorTypeAndShape: NativeFunction<[Pointer, out: Memory], Status>;
  CreateCpuMemoryInfo: NativeFunction<[allocator: number, type: number, out: Memory], Status>;
  ReleaseStatus: NativeFunction<[Status], void>;
  ReleaseSession: NativeFunction<[Pointer], void>;
  ReleaseValue: NativeFunction<[Pointer], void>;
  ReleaseRunOptions: NativeFunction<[Pointer], void>;
  ReleaseTypeInfo: NativeFunction<[Pointer], void>;
  ReleaseTensorTypeAndShapeInfo: NativeFunction<[Pointer], void>;
  ReleaseSessionOptions: NativeFunction<[Pointer], void>;
  ReleaseThreadingOptions: NativeFunction<[Pointer], void>;
}

/** What a run is given. Arrays are given by their addresses, which are asked for once: half the time of a short run would go there. */
export type RunArguments = [
  session: Pointer,
  options: Pointer,
  inputNames: Pointer,
  inputs: Pointer,
  inputCount: number,
  outputNames: Pointer,
  outputCount: number,
  outputs: Pointer,
];

const P = "uintptr_t";
const M = "void*";

/** The place of each function in the table, its result and arguments. Places of released functions never change. */
const signatures: Readonly<Record<keyof Functions, readonly [slot: number, result: string, args: readonly string[]]>> =
  {
    GetErrorMessage: [2, "const char*", [P]],
    CreateSessionFromArray: [8, P, [P, M, "size_t", P, M]],
    Run: [9, P, [P, P, P, P, "size_t", P, "size_t", P]],
    CreateSessionOptions: [10, P, [M]],
    SetSessionLogSeverityLevel: [22, P, [P, "int"]],
    SetSessionGraphOptimizationLevel: [23, P, [P, "int"]],
    SetIntraOpNumThreads: [24, P, [P, "int"]],
    SessionGetOutputTypeInfo: [34, P, [P, "size_t", M]],
    CreateRunOptions: [39, P, [M]],
    RunOptionsSetTerminate: [46, P, [P]],
    CreateTensorAsOrtValue: [48, P, [P, M, "size_t", "int", M]],
    CreateTensorWithDataAsOrtValue: [49, P, [P, M, "size_t", M, "size_t", "int", M]],
    GetTensorMutableData: [51, P, [P, M]],
    CastTypeInfoToTensorInfo: [55, P, [P, M]],
    GetTensorElementType: [60, P, [P, M]],
    GetDimensionsCount: [61, P, [P, M]],
    GetDimensions: [62, P, [P, M, "size_t"]],
    GetTensorTypeAndShape: [65, P, [P, M]],
    CreateCpuMemoryInfo: [69, P, ["int", "int", M]],
    GetAllocatorWithDefaultOptions: [78, P, [M]],
    ReleaseStatus: [93, "void", [P]],
    ReleaseSession: [95, "void", [P]],
    ReleaseValue: [96, "void", [P]],
    ReleaseRunOptions: [97, "void", [P]],
    ReleaseTypeInfo: [98, "void", [P]],
    ReleaseTensorTypeAndShapeInfo: [99, "void", [P]],
    ReleaseSessionOptions: [100, "void", [P]],
    CreateEnvWithGlobalThreadPools: [119, P, ["int", "const char*", P, M]],
    DisablePerSessionThreads: [120, P, [P]],
    CreateThreadingOptions: [121, P, [M]],
    ReleaseThreadingOptions: [122, "void", [P]],
    AddSessionConfigEntry: [130, P, [P, "const char*", "const char*"]],
    SetGlobalIntraOpNumThreads: [147, P, [P, "int"]],
    SetGlobalInterOpNumThreads: [148, P, [P, "int"]],
    SetGlobalSpinControl: [149, P, [P, "int"]],
    AddExternalInitializersFromFilesInMemory: [279, P, [P, M, M, M, "size_t"]],
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
  /** Makes memory that is not an arena's: for values that stay. */
  readonly allocator: Pointer;
  /** How many models have threads of their own that wait actively. */
  ownPoolCount = 0;
  readonly #koffi: Koffi;
  /** Where functions put what they give, by halves: it is taken before anything else is called. */
  readonly #out = new Uint32Array(2);

  private constructor(koffi: Koffi, functions: Functions, poolSize: number) {
    this.#koffi = koffi;
    this.functions = functions;
    this.environment = this.#environment(poolSize);
    // An arena's memory, the default kind.
    this.memoryInfo = this.make((out) => functions.CreateCpuMemoryInfo(1, 0, out));
    this.allocator = this.make((out) => functions.GetAllocatorWithDefaultOptions(out));
  }

  /**
   * What all sessions of the process have in common, with a pool of threads that they may share. A process has one: where somebody made it
   * before, without a pool, this is that one.
   */
  #environment(poolSize: number): Pointer {
    const { functions } = this;
    const options = this.make((out) => functions.CreateThreadingOptions(out));
    try {
      this.check(functions.SetGlobalIntraOpNumThreads(options, poolSize));
      this.check(functions.SetGlobalInterOpNumThreads(options, 1));
      this.check(functions.SetGlobalSpinControl(options, 0));
      return this.make((out) => functions.CreateEnvWithGlobalThreadPools(QUIET, "namesake", options, out));
    } finally {
      functions.ReleaseThreadingOptions(options);
    }
  }

  /**
   * Loads the library of the installed `onnxruntime-node`; throws anything when it is not there, or not as it should be. The shared pool gets
   * `poolSize` threads, one per core for 0.
   */
  static load(require: NodeJS.Require, poolSize = 0): NativeLibrary {
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
    return new NativeLibrary(koffi, functions as unknown as Functions, poolSize);
  }

  /** @throws {Error} with ONNX Runtime's text. */
  check(status: Status): void {
    if (status === 0) return;
    const message = this.functions.GetErrorMessage(status);
    this.functions.ReleaseStatus(status);
    throw new Error(message);
  }

  /** The address or number that a function gives by its last parameter. */
  make(call: (out: Memory) => Status): Pointer {
    const out = this.#out;
    this.check(call(out));
    return (out[1] as number) * 2 ** 32 + (out[0] as number);
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
