/** A batch norm after a convolution, in inference: the same convolution with other weights, and a bias. */
import type { FrozenConstant, FrozenNode } from "./frozen-program.ts";

interface Part {
  readonly nodes: FrozenNode[];
  readonly constants: Map<string, FrozenConstant>;
}

/** How often each name is read. */
export function countReaders(nodes: readonly FrozenNode[]): Map<string, number> {
  const readers = new Map<string, number>();
  for (const { input } of nodes) for (const name of input) readers.set(name, (readers.get(name) ?? 0) + 1);
  return readers;
}

/** What the norm multiplies each channel with, and what it adds. */
function scaleAndShift(norm: FrozenNode, constants: ReadonlyMap<string, FrozenConstant>) {
  const [scale, offset, mean, variance] = norm.input.slice(1).map((name) => constants.get(name)?.values);
  if (!scale || !offset || !mean || !variance) return null;
  const epsilon = norm.attr["epsilon"]?.f ?? 0;
  const factor = Float32Array.from(scale, (value, i) => value / Math.sqrt((variance[i] as number) + epsilon));
  const shift = Float32Array.from(offset, (value, i) => value - (mean[i] as number) * (factor[i] as number));
  return { factor, shift };
}

/** Puts norms that only read their convolution, and only it, into it. Others stay. */
export function foldBatchNorms(nodes: readonly FrozenNode[], before: ReadonlyMap<string, FrozenConstant>): Part {
  const constants = new Map(before);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const readers = countReaders(nodes);
  const folded = nodes.map((norm): FrozenNode => {
    const conv = byName.get(norm.input[0] ?? "");
    const isNorm = norm.op === "FusedBatchNormV3" && norm.attr["is_training"]?.b === false;
    if (!isNorm || conv?.op !== "Conv2D" || readers.get(conv.name) !== 1) return norm;
    const filter = constants.get(conv.input[1] as string);
    const change = scaleAndShift(norm, constants);
    // A filter that several convolutions share would change for all of them.
    if (filter === undefined || change === null || readers.get(filter.name) !== 1) return norm;
    const { factor, shift } = change;
    const values = Float32Array.from(filter.values, (value, i) => value * (factor[i % factor.length] as number));
    constants.set(filter.name, { ...filter, values });
    const bias = `${norm.name}/bias`;
    constants.set(bias, { name: bias, dtype: "float32", shape: [shift.length], values: shift });
    return { name: norm.name, op: "BiasAdd", input: [conv.name, bias], attr: {} };
  });
  const used = countReaders(folded);
  for (const name of constants.keys()) if (!used.has(name)) constants.delete(name);
  return { nodes: folded, constants };
}
