/** Where and when figures were measured. */
import { cpus, totalmem } from "node:os";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  /** `null` without the peer. */
  readonly tensorflow: string | null;
  readonly date: string;
}

export function thisMachine(tensorflow: string | null): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model ?? "unknown processor",
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    tensorflow,
    date: new Date().toISOString(),
  };
}
