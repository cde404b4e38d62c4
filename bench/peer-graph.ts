/** Hands graphs to the peer: it measures them in the same round, after us. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../tools/doors.mjs";

/** One call of a graph. */
export interface PeerCall {
  readonly feeds: readonly { readonly name: string; readonly below: number | null }[];
  readonly fetch: string;
  /** The figure that it gives, where there are several. */
  readonly figure?: string;
}

/** How the peer is to run a graph. */
export interface PeerRun {
  readonly initializer: string | null;
  readonly calls: readonly PeerCall[];
}

/** Not under version control. */
const folder = join(root, "bench/results/tmp");

export function writeForPeer(name: string, graph: Uint8Array, run: PeerRun): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.pb`), graph);
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(run));
}
