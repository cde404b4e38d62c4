/** Windows that move over volumes: where space and channels are, and how far a window moves along each of three axes. For convolution and pooling alike. */
import { ShapeError } from "../base/errors.ts";
import { type Dimension, TensorShape } from "../tensor/shape.ts";
import { type Window, windowAxis, windowedSize, windowOf } from "./windows.ts";

/** Something for planes, rows and columns. */
export type Triple<T = number> = readonly [T, T, T];

/** Attrs that every op with windows on volumes has. */
export interface VolumeAttrs {
  readonly strides: readonly number[];
  readonly padding: string;
  readonly data_format: string;
}

/** Where batch, space and channels stand in a shape. */
export interface VolumeAxes {
  readonly batch: number;
  readonly space: Triple;
  readonly channels: number;
}

const channelsLast: VolumeAxes = { batch: 0, space: [1, 2, 3], channels: 4 };
const channelsFirst: VolumeAxes = { batch: 0, channels: 1, space: [2, 3, 4] };

/** The axes of a data format, `NDHWC` or `NCDHW`. */
export function volumeAxes(dataFormat: string): VolumeAxes {
  return dataFormat === "NCDHW" ? channelsFirst : channelsLast;
}

/** The shape of volumes in a data format. */
export function volumeShape(
  axes: VolumeAxes,
  batch: Dimension,
  space: Triple<Dimension>,
  channels: Dimension,
): TensorShape {
  const dims: Dimension[] = [null, null, null, null, null];
  dims[axes.batch] = batch;
  dims[axes.channels] = channels;
  for (const [i, axis] of axes.space.entries()) dims[axis] = space[i] as Dimension;
  return new TensorShape(dims);
}

/** One thing for each axis of space. */
export function perAxis<T>(axes: VolumeAxes, rule: (axis: number, place: 0 | 1 | 2) => T): Triple<T> {
  const [planes, rows, columns] = axes.space;
  return [rule(planes, 0), rule(rows, 1), rule(columns, 2)];
}

/** @throws {ShapeError} when a list attr has not one value for each dimension. */
export function checkFiveValues(what: string, values: readonly number[]): void {
  if (values.length === 5) return;
  throw new ShapeError(`${what} attribute to contain 5 values, but got: ${values.length}`, { values });
}

/** How many places a window takes along each axis of space. */
export function volumePlaces(
  input: TensorShape,
  attrs: VolumeAttrs,
  sizes: Triple<Dimension>,
  dilations: readonly number[] = [1, 1, 1, 1, 1],
): Triple<Dimension> {
  return perAxis(volumeAxes(attrs.data_format), (axis, i) =>
    windowedSize(input.dim(axis), windowAxis(attrs, axis, sizes[i], attrs.strides[axis] as number, dilations[axis])),
  );
}

/** The windows along each axis of space of a volume of this shape. */
export function volumeWindows(
  shape: readonly number[],
  attrs: VolumeAttrs,
  sizes: Triple,
  dilations: readonly number[] = [1, 1, 1, 1, 1],
): Triple<Window> {
  return perAxis(volumeAxes(attrs.data_format), (axis, i) =>
    windowOf(shape[axis] as number, windowAxis(attrs, axis, sizes[i], attrs.strides[axis] as number, dilations[axis])),
  );
}

/** The attrs that a convolution of volumes has in common with its gradients. A type, as interfaces are no records of attrs. */
type ConvVolumeAttrs = {
  readonly strides: readonly number[];
  readonly padding: string;
  readonly data_format: string;
  readonly dilations: readonly number[];
};

/** The attrs of a convolution of volumes, for its gradients. */
export function convVolumeAttrs({ strides, padding, data_format, dilations }: ConvVolumeAttrs): ConvVolumeAttrs {
  return { strides, padding, data_format, dilations };
}

type PoolVolumeAttrs = {
  readonly ksize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: string;
  readonly data_format: string;
};

/** The attrs of a pool of volumes, for its gradients. */
export function poolVolumeAttrs({ ksize, strides, padding, data_format }: PoolVolumeAttrs): PoolVolumeAttrs {
  return { ksize, strides, padding, data_format };
}
