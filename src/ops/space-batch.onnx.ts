/** How blocks of space are moved to the batch and back in ONNX: axes are taken apart, put in another order, and joined. */
import { allTrue, failUnless } from "../onnx/checks.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { constantNumbers, knownDims } from "../onnx/static-knowledge.ts";
import type { spaceBatchDefs } from "./space-batch.defs.ts";

/** A size for each axis of a block, and what is added to, or cut from, both ends of the axis. */
interface Blocks {
  readonly block: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** `null` where they are not known, or not what the kernel takes. */
function blocksOf(rank: number | null, block: readonly number[] | null, pairs: OnnxValue): Blocks | null {
  const flat = constantNumbers(pairs);
  if (rank === null || block === null || flat === null) return null;
  if (pairs.shape.rank !== 2 || flat.length !== 2 * block.length || rank < block.length + 1) return null;
  // The kernels take four axes; what they refuse must not run here.
  if (block.length > 4 || block.length === 0 || block.some((size) => size < 1) || flat.some((x) => x < 0)) return null;
  return { block, before: flat.filter((_, i) => i % 2 === 0), after: flat.filter((_, i) => i % 2 === 1) };
}

const notKnown = unsupported("the rank, the blocks or what lies around them is not known before the step");

/** The image with the sizes of its axes: as numbers, or as a list that the model computes. */
type Sizes = readonly number[] | OnnxValue;

function sizesOf(onnx: OnnxBuilder, value: OnnxValue): Sizes {
  return knownDims(value) ?? onnx.node("Shape", [value]);
}

/** The sizes, each in the place that `from` names, times or divided by a number. */
function derived(
  onnx: OnnxBuilder,
  sizes: Sizes,
  from: readonly (number | null)[],
  factors: readonly number[],
  divisors: readonly number[],
): OnnxValue {
  if (Array.isArray(sizes)) {
    const known = sizes as readonly number[];
    return onnx.integers(
      from.map((axis, i) =>
        Math.floor(((axis === null ? 1 : (known[axis] as number)) * (factors[i] as number)) / (divisors[i] as number)),
      ),
    );
  }
  // An axis that no size stands for is a 1 behind the others.
  const rank = Math.max(...from.map((axis) => axis ?? 0)) + 1;
  const more = onnx.node(
    "Concat",
    [onnx.node("Slice", [sizes as OnnxValue, onnx.integers([0]), onnx.integers([rank])]), onnx.integers([1])],
    { axis: 0 },
  );
  const picked = onnx.node("Gather", [more, onnx.integers(from.map((axis) => axis ?? rank))]);
  return onnx.node("Div", [onnx.node("Mul", [picked, onnx.integers(factors)]), onnx.integers(divisors)]);
}

/** The value, in a model that fails unless these axes are multiples. `null` when it is known that they are not. */
function withMultiples(
  onnx: OnnxBuilder,
  value: OnnxValue,
  axes: readonly number[],
  divisors: readonly number[],
): OnnxValue | null {
  const isWrong = axes.some((axis, i) => (value.shape.dim(axis) ?? 0) % (divisors[i] as number) !== 0);
  if (isWrong) return null;
  if (axes.every((axis, i) => value.shape.dim(axis) !== null || divisors[i] === 1)) return value;
  const sizes = onnx.node("Gather", [onnx.node("Shape", [value]), onnx.integers(axes)]);
  const rest = onnx.node("Mod", [sizes, onnx.integers(divisors)]);
  return failUnless(onnx, allTrue(onnx, onnx.node("Equal", [rest, onnx.integers(axes.map(() => 0))])), value);
}

function padded(onnx: OnnxBuilder, input: OnnxValue, { before, after }: Blocks, rank: number): OnnxValue {
  if ([...before, ...after].every((x) => x === 0)) return input;
  const rest = Array.from({ length: rank - before.length - 1 }, () => 0);
  const pads = onnx.integers([0, ...before, ...rest, 0, ...after, ...rest]);
  const dims = input.shape.dims?.map((d, i) => (d === null ? null : d + (before[i - 1] ?? 0) + (after[i - 1] ?? 0)));
  return onnx.node("Pad", [input, pads], { mode: "constant" }, dims ?? null);
}

function toBatch(onnx: OnnxBuilder, input: OnnxValue, block: readonly number[] | null, paddings: OnnxValue): Lowered {
  const { rank } = input.shape;
  const blocks = blocksOf(rank, block, paddings);
  if (rank === null || blocks === null) return notKnown;
  const count = blocks.block.length;
  const space = Array.from({ length: count }, (_, i) => i + 1);
  const whole = withMultiples(onnx, padded(onnx, input, blocks, rank), space, blocks.block);
  if (whole === null) return unsupported("TensorFlow refuses sizes that are no multiples of the block's");
  const sizes = sizesOf(onnx, whole);
  const rest = Array.from({ length: rank - count - 1 }, (_, i) => i + 1 + count);
  const seen = derived(
    onnx,
    sizes,
    [0, ...space.flatMap((axis) => [axis, null]), ...rest],
    [1, ...blocks.block.flatMap((size) => [1, size]), ...rest.map(() => 1)],
    [1, ...blocks.block.flatMap((size) => [size, 1]), ...rest.map(() => 1)],
  );
  const apart = onnx.node("Reshape", [whole, seen], { allowzero: 1 });
  const perm = [...space.map((i) => 2 * i), 0, ...space.map((i) => 2 * i - 1), ...rest.map((axis) => axis + count)];
  const moved = onnx.node("Transpose", [apart], { perm });
  const product = blocks.block.reduce((a, b) => a * b, 1);
  const joined = derived(
    onnx,
    sizes,
    [0, ...space, ...rest],
    [product, ...space.map(() => 1), ...rest.map(() => 1)],
    [1, ...blocks.block, ...rest.map(() => 1)],
  );
  return onnx.node("Reshape", [moved, joined], { allowzero: 1 });
}

/** The middle of the space; the model fails when more is cut off than there is. */
function cropped(onnx: OnnxBuilder, whole: OnnxValue, given: OnnxValue, blocks: Blocks): OnnxValue | null {
  const { block, before, after } = blocks;
  if ([...before, ...after].every((x) => x === 0)) return whole;
  const axes = block.map((_, i) => i + 1);
  const sizes = axes.map((axis, i) => {
    const d = given.shape.dim(axis);
    return d === null ? null : d * (block[i] as number);
  });
  // A cut beyond the space is refused by the kernel; a slice would be empty.
  if (sizes.some((size, i) => size === null || size < (before[i] as number) + (after[i] as number))) return null;
  const ends = sizes.map((size, i) => (size as number) - (after[i] as number));
  return onnx.node("Slice", [whole, onnx.integers(before), onnx.integers(ends), onnx.integers(axes)]);
}

function toSpace(onnx: OnnxBuilder, input: OnnxValue, block: readonly number[] | null, crops: OnnxValue): Lowered {
  const { rank } = input.shape;
  const blocks = blocksOf(rank, block, crops);
  if (rank === null || blocks === null) return notKnown;
  const count = blocks.block.length;
  const product = blocks.block.reduce((a, b) => a * b, 1);
  const checked = withMultiples(onnx, input, [0], [product]);
  if (checked === null) return unsupported("TensorFlow refuses a batch that is no multiple of the blocks");
  const sizes = sizesOf(onnx, checked);
  const space = Array.from({ length: count }, (_, i) => i + 1);
  const rest = Array.from({ length: rank - count - 1 }, (_, i) => i + 1 + count);
  const seen = derived(
    onnx,
    sizes,
    [...space.map(() => null), 0, ...space, ...rest],
    [...blocks.block, 1, ...space.map(() => 1), ...rest.map(() => 1)],
    [...space.map(() => 1), product, ...space.map(() => 1), ...rest.map(() => 1)],
  );
  const apart = onnx.node("Reshape", [checked, seen], { allowzero: 1 });
  const perm = [count, ...space.flatMap((i) => [count + i, i - 1]), ...rest.map((axis) => axis + count)];
  const moved = onnx.node("Transpose", [apart], { perm });
  const joined = derived(
    onnx,
    sizes,
    [0, ...space, ...rest],
    [1, ...blocks.block, ...rest.map(() => 1)],
    [product, ...space.map(() => 1), ...rest.map(() => 1)],
  );
  const whole = onnx.node("Reshape", [moved, joined], { allowzero: 1 });
  return cropped(onnx, whole, input, blocks) ?? unsupported("it is not known that there is as much to cut off");
}

/** The rules of this family. */
export const spaceBatchOnnx = onnxRules<typeof spaceBatchDefs>()({
  SpaceToBatchND: (onnx, [input, block, paddings]) => toBatch(onnx, input, constantNumbers(block), paddings),
  BatchToSpaceND: (onnx, [input, block, crops]) => toSpace(onnx, input, constantNumbers(block), crops),
  SpaceToBatch: (onnx, [input, paddings], { block_size: size }) => toBatch(onnx, input, [size, size], paddings),
  BatchToSpace: (onnx, [input, crops], { block_size: size }) => toSpace(onnx, input, [size, size], crops),
});
