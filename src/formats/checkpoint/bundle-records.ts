/**
 * What the index of a checkpoint holds: messages ⇄ plain records. Not where they stand, nor what they are of.
 *
 * Upstream: tensorflow/core/protobuf/tensor_bundle.proto, core/framework/tensor_slice.proto, core/util/saved_tensor_slice.proto.
 */
import type { TensorRecord, TensorShapeRecord, VersionDefRecord } from "../../base/graph-def.ts";
import { TensorProto, TensorShapeProto, VersionDef } from "../graphdef.ts";
import { implicit, type MessageOf, type MessageType, message, optional, repeated } from "../wire/protobuf.ts";

/** An axis of a slice (`TensorSliceProto.Extent`): the whole axis where nothing is set. */
export interface ExtentRecord {
  start: number;
  length?: number;
}

/** A slice (`TensorSliceProto`): one extent for each axis. */
export interface SliceRecord {
  extent: ExtentRecord[];
}

const Extent: MessageType<ExtentRecord> = message("tensorflow.TensorSliceProto.Extent", {
  start: implicit(1, "safeInt64"),
  length: optional(2, "safeInt64"),
});

/** The table of `TensorSliceProto`. */
export const TensorSliceProto: MessageType<SliceRecord> = message("tensorflow.TensorSliceProto", {
  extent: repeated(1, Extent),
});

/** What a bundle says of itself (`BundleHeaderProto`), under the empty key. */
export interface BundleHeader {
  numShards: number;
  /** 0: elements are little-endian; 1: big-endian. */
  endianness: number;
  version: VersionDefRecord;
}

/** The table of `BundleHeaderProto`. */
export const BundleHeaderProto: MessageType<BundleHeader> = message("tensorflow.BundleHeaderProto", {
  numShards: implicit(1, "int32"),
  endianness: implicit(2, "enum"),
  version: implicit(3, VersionDef),
});

/** What a bundle says of a tensor (`BundleEntryProto`). */
export interface BundleEntry {
  /** A number of `DataType`. */
  dtype: number;
  shape: TensorShapeRecord;
  shardId: number;
  offset: number;
  size: number;
  /** Masked. */
  crc32c: number;
  /** Where the tensor is stored in slices: which. Then the place, size and checksum mean nothing. */
  slices: SliceRecord[];
}

/** The table of `BundleEntryProto`. */
export const BundleEntryProto: MessageType<BundleEntry> = message("tensorflow.BundleEntryProto", {
  dtype: implicit(1, "enum"),
  shape: implicit(2, TensorShapeProto),
  shardId: implicit(3, "int32"),
  offset: implicit(4, "safeInt64"),
  size: implicit(5, "safeInt64"),
  crc32c: implicit(6, "fixed32"),
  slices: repeated(7, TensorSliceProto),
});

/** A tensor of a checkpoint of the first version (`SavedSliceMeta`). */
export interface SavedSliceMeta {
  name: string;
  shape: TensorShapeRecord;
  type: number;
  slice: SliceRecord[];
}

const SavedSliceMetaProto: MessageType<SavedSliceMeta> = message("tensorflow.SavedSliceMeta", {
  name: implicit(1, "string"),
  shape: implicit(2, TensorShapeProto),
  type: implicit(3, "enum"),
  slice: repeated(4, TensorSliceProto),
});

const SavedTensorSliceMetaProto = message("tensorflow.SavedTensorSliceMeta", {
  tensor: repeated(1, SavedSliceMetaProto),
  versions: implicit(2, VersionDef),
});

/** A slice with its elements (`SavedSlice`). */
export interface SavedSlice {
  name: string;
  slice: SliceRecord;
  data: TensorRecord;
}

const SavedSliceProto: MessageType<SavedSlice> = message("tensorflow.SavedSlice", {
  name: implicit(1, "string"),
  slice: implicit(2, TensorSliceProto),
  data: implicit(3, TensorProto),
});

/** Any value in a checkpoint of the first version (`SavedTensorSlices`): what it is made of, or a slice. */
export const SavedTensorSlices = message("tensorflow.SavedTensorSlices", {
  meta: optional(1, SavedTensorSliceMetaProto),
  data: optional(2, SavedSliceProto),
});
/** The record of `SavedTensorSlices`. */
export type SavedTensorSlicesRecord = MessageOf<typeof SavedTensorSlices>;
