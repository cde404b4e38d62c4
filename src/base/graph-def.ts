/**
 * A serialized graph as plain records: what a GraphDef says, before it is a `Graph` and after. No bytes and no behaviour here,
 * so both `graph` and `formats` may use them.
 *
 * Mirrors core/framework/{graph,node_def,attr_value,tensor,tensor_shape,versions}.proto; names of fields are camelCase,
 * names of nodes, ops and attrs stay as they are in the file.
 */

/** A 64-bit integer: a `number` when it is a safe integer, else a `bigint`. */
export type Int64 = number | bigint;

/** A graph (`GraphDef`). */
export interface GraphDefRecord {
  /** The nodes, in the order of the file; any order is legal. */
  node: NodeDefRecord[];
  /** Which versions of TensorFlow may read the graph. */
  versions: VersionDefRecord;
  /** The functions that the graph calls: a `FunctionDefLibrary` in its serialized form. */
  library?: Uint8Array;
}

/** The versions of a graph (`VersionDef`). */
export interface VersionDefRecord {
  /** The version of the code that wrote the graph. */
  producer: number;
  /** A reader older than this must refuse the graph. */
  minConsumer: number;
  /** Readers of exactly these versions must refuse the graph. */
  badConsumers?: number[];
}

/** One operation (`NodeDef`). */
export interface NodeDefRecord {
  name: string;
  /** The op type, such as `MatMul`. */
  op: string;
  /** `node`, `node:k` for output k > 0, then control inputs as `^node`. */
  input: string[];
  /** The requested device; empty where none is. */
  device: string;
  /** The attrs by their names, such as `transpose_a`. Decoded records have no prototype, so any name is safe to look up. */
  attr: Record<string, AttrValueRecord>;
}

/** The value of an attr (`AttrValue`): exactly one of these keys. Tell them apart with `in`. */
export type AttrValueRecord =
  /** Text or bytes. */
  | { s: Uint8Array }
  | { i: Int64 }
  | { f: number }
  | { b: boolean }
  /** A number of `DataType`. */
  | { type: number }
  | { shape: TensorShapeRecord }
  | { tensor: TensorRecord }
  | { list: AttrListRecord }
  | { func: NameAttrListRecord }
  /** The name of an attr of the function that holds the node. */
  | { placeholder: string };

/** The value of an attr that is a list (`AttrValue.ListValue`): one of these keys, or none where the list is empty. */
export interface AttrListRecord {
  s?: Uint8Array[];
  i?: Int64[];
  f?: number[];
  b?: boolean[];
  type?: number[];
  shape?: TensorShapeRecord[];
  tensor?: TensorRecord[];
  func?: NameAttrListRecord[];
}

/** A function and its attrs (`NameAttrList`). */
export interface NameAttrListRecord {
  name: string;
  attr: Record<string, AttrValueRecord>;
}

/** A shape (`TensorShapeProto`). */
export interface TensorShapeRecord {
  /** The dimensions; none for a scalar and where the rank is unknown. */
  dim: TensorDimRecord[];
  unknownRank: boolean;
}

/** One dimension of a shape (`TensorShapeProto.Dim`). */
export interface TensorDimRecord {
  /** Elements along the dimension; -1 where unknown. */
  size: number;
  name?: string;
}

/**
 * A value (`TensorProto`). The elements stand either in `tensorContent` or in the one list that belongs to `dtype`; a list
 * shorter than the shape repeats its last element, an absent one means zeros.
 */
export interface TensorRecord {
  /** A number of `DataType`. */
  dtype: number;
  tensorShape: TensorShapeRecord;
  versionNumber?: number;
  /** The elements, row-major and little-endian. */
  tensorContent?: Uint8Array;
  /** Bit patterns of float16 and bfloat16. */
  halfVal?: number[];
  floatVal?: number[];
  doubleVal?: number[];
  /** int32, int16, int8, uint16, uint8 and quantized elements. */
  intVal?: number[];
  stringVal?: Uint8Array[];
  /** complex64, real and imaginary parts in turn. */
  scomplexVal?: number[];
  int64Val?: Int64[];
  boolVal?: boolean[];
  /** complex128, real and imaginary parts in turn. */
  dcomplexVal?: number[];
  /** Each a serialized `ResourceHandleProto`. */
  resourceHandleVal?: Uint8Array[];
  /** Each a serialized `VariantTensorDataProto`. */
  variantVal?: Uint8Array[];
  uint32Val?: number[];
  uint64Val?: Int64[];
  /** One byte for each float8 element. */
  float8Val?: Uint8Array;
}

/** Definitions of ops (`OpList`, op_def.proto). */
export interface OpListRecord {
  op: OpDefRecord[];
}

/** The definition of an op (`OpDef`). What has no `?` is what importing reads; the rest is there where the writer had it. */
export interface OpDefRecord {
  name: string;
  inputArg: ArgDefRecord[];
  outputArg: ArgDefRecord[];
  attr: AttrDefRecord[];
  isStateful: boolean;
  summary?: string;
  description?: string;
  deprecation?: OpDeprecationRecord;
  isAggregate?: boolean;
  isCommutative?: boolean;
  allowsUninitializedInput?: boolean;
  controlOutput?: string[];
  isDistributedCommunication?: boolean;
}

/** Since when an op is withdrawn (`OpDeprecation`). */
export interface OpDeprecationRecord {
  version: number;
  explanation: string;
}

/** An input or output of an op (`OpDef.ArgDef`). */
export interface ArgDefRecord {
  name: string;
  /** A number of `DataType`, or 0. */
  type: number;
  typeAttr: string;
  numberAttr: string;
  typeListAttr: string;
  isRef: boolean;
  description?: string;
}

/** An attr of an op (`OpDef.AttrDef`). */
export interface AttrDefRecord {
  name: string;
  /** What it holds, such as `list(int)`. */
  type: string;
  defaultValue?: AttrValueRecord;
  description?: string;
  hasMinimum?: boolean;
  minimum?: Int64;
  allowedValues?: AttrValueRecord;
}
