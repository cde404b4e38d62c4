/** Whether nodes loop: such a run takes as long as its values say, and may never end. */
import type { SliceNode } from "./engine.ts";

/** Whether one of the nodes is a loop, or holds one. */
export function hasLoops(nodes: readonly SliceNode[]): boolean {
  return nodes.some(({ region }) => {
    if (region === undefined) return false;
    return region.kind === "loop" || hasLoops(region.whenTrue.nodes) || hasLoops(region.whenFalse.nodes);
  });
}
