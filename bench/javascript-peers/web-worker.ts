/**
 * The browser's `Worker` on Node's worker threads, as far as jax-js needs it: a module from a blob, messages there and back. jax-js
 * computes on several threads where there is a global `Worker`, which Node does not have.
 */
import { resolveObjectURL } from "node:buffer";
import { availableParallelism } from "node:os";
import { Worker as NodeWorker } from "node:worker_threads";

/** What a browser's worker finds in its global scope. */
const prelude = `
import { parentPort } from "node:worker_threads";
globalThis.self = globalThis;
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on("message", (data) => self.onmessage({ data }));
`;

class WebWorker {
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onerror: ((error: Error) => void) | null = null;
  readonly #worker: Promise<NodeWorker>;

  constructor(url: string) {
    this.#worker = this.#start(url);
    this.#worker.catch((error: unknown) => this.onerror?.(error as Error));
  }

  async #start(url: string): Promise<NodeWorker> {
    const code = await resolveObjectURL(url)?.text();
    if (code === undefined) throw new Error(`nothing is known by the address ${url}`);
    const worker = new NodeWorker(new URL(`data:text/javascript,${encodeURIComponent(prelude + code)}`));
    worker.on("message", (data) => this.onmessage?.({ data }));
    worker.on("error", (error) => this.onerror?.(error));
    return worker;
  }

  postMessage(message: unknown): void {
    void this.#worker.then((worker) => worker.postMessage(message));
  }
}

/** Gives this process a browser's `Worker`, and a `navigator` that knows the number of cores. */
export function installWebWorker(): void {
  Object.assign(globalThis, { Worker: WebWorker });
  const value = { hardwareConcurrency: availableParallelism() };
  Object.defineProperty(globalThis, "navigator", { value, configurable: true });
}
