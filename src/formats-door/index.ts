/** The door `namesake/formats`: graphs and tensors as bytes and back. Checkpoints and other files will stand beside them. */
import { composeLibrary } from "../library.ts";

composeLibrary();

export { decodeGraphDef, decodeOpList, encodeGraphDef } from "../formats/graphdef.ts";
export {
  type DecodeSafetensorsOptions,
  decodeSafetensors,
  type EncodeSafetensorsOptions,
  encodeSafetensors,
  type RawTensor,
  type Safetensors,
} from "../formats/safetensors.ts";
export type { DecodeOptions } from "../formats/wire/protobuf.ts";
export { type ImportGraphDefOptions, importGraphDef } from "../interop/import-graph-def.ts";
