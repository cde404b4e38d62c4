/** Where and when figures were measured. */
import { cpus, totalmem } from "node:os";
import type { PeerName } from "./peer-names.ts";

/** The versions of the peers that were measured, with their settings. */
export type PeerVersions = Readonly<Partial<Record<PeerName, string>>>;

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly peers: PeerVersions;
  readonly date: string;
}

export function thisMachine(peers: PeerVersions): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model ?? "unknown processor",
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    peers,
    date: new Date().toISOString(),
  };
}
