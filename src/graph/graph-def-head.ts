/** What a graph has beside its nodes when it is written as a GraphDef: versions and functions, its own and those of the graphs that were imported into it. */
import type { GraphDefRecord, VersionDefRecord } from "../base/graph-def.ts";
import type { Graph } from "./graph.ts";

/** The GraphDef version that TensorFlow 2.21 writes and reads. */
export const GRAPH_DEF_VERSION = 2474;

/** Versions and functions of a graph. */
class GraphDefHead {
  #versions: VersionDefRecord = { producer: GRAPH_DEF_VERSION, minConsumer: 0 };
  /** Serialized libraries of functions; one after the other, they are one library. */
  readonly #libraries: Uint8Array[] = [];

  /** Takes over the versions and functions of an imported graph. Mirrors `UpdateVersionDef`, core/common_runtime/graph_constructor.cc. */
  add({ versions, library }: Pick<GraphDefRecord, "versions" | "library">): void {
    const mine = this.#versions;
    const bad = [...new Set([...(mine.badConsumers ?? []), ...(versions.badConsumers ?? [])])].sort((a, b) => a - b);
    this.#versions = {
      producer: Math.min(mine.producer, versions.producer),
      minConsumer: Math.max(mine.minConsumer, versions.minConsumer),
      ...(bad.length > 0 && { badConsumers: bad }),
    };
    if (library !== undefined && library.length > 0 && !this.#libraries.some((one) => isSame(one, library)))
      this.#libraries.push(library);
  }

  asRecord(): Pick<GraphDefRecord, "versions" | "library"> {
    const versions = { ...this.#versions };
    return this.#libraries.length === 0 ? { versions } : { versions, library: joined(this.#libraries) };
  }
}

/** The versions and functions of a graph. */
export function graphDefHead(graph: Graph): GraphDefHead {
  return graph.slot("graph def head", () => new GraphDefHead());
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
