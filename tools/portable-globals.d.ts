// The globals that browsers and Node share and that the portable sources may use (tsconfig.portable.json has neither DOM nor
// Node types). Only what is needed is listed; a global that is missing here is missing on some platform or not in use.

interface Console {
  error(...parts: readonly unknown[]): void;
  log(...parts: readonly unknown[]): void;
  warn(...parts: readonly unknown[]): void;
}
declare const console: Console;

declare function queueMicrotask(callback: () => void): void;

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare function setTimeout(callback: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;

declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
  encodeInto(text: string, bytes: Uint8Array): { readonly written: number };
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: ArrayBufferView | ArrayBuffer): string;
}

declare const performance: { now(): number };

interface ImportMeta {
  readonly url: string;
}

// V8's extensions; absent in other JavaScript engines.
interface ErrorConstructor {
  captureStackTrace?: (target: object, calledFunction?: (...args: never[]) => unknown) => void;
  stackTraceLimit?: number;
}

interface PortableReader {
  read(): Promise<{ done: boolean; value?: unknown }>;
  cancel(): Promise<void>;
}

interface PortableWriter {
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
  abort(reason?: unknown): Promise<void>;
}

type PortableCompressionFormat = "gzip" | "deflate" | "deflate-raw";

declare class CompressionStream {
  constructor(format: PortableCompressionFormat);
  readonly readable: { getReader(): PortableReader };
  readonly writable: { getWriter(): PortableWriter };
}

declare class DecompressionStream {
  constructor(format: PortableCompressionFormat);
  readonly readable: { getReader(): PortableReader };
  readonly writable: { getWriter(): PortableWriter };
}
