/**
 * Protobuf's binary format for messages that are described by tables: bytes ⇄ plain records. This is the door of the codec:
 * tables are written with `message`, `optional` and their like, and used with `decodeMessage` and `encodeMessage`.
 * Which messages there are is said elsewhere (`graphdef.ts`, `onnx.ts`).
 */
export { type DecodeOptions, decodeMessage, unknownFields } from "./decode-message.ts";
export { encodeMessage } from "./encode-message.ts";
export {
  implicit,
  type MessageOf,
  type MessageType,
  map,
  message,
  oneof,
  optional,
  optionalRepeated,
  repeated,
} from "./message-table.ts";
