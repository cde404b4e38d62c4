/**
 * Protobuf's binary format and its text format for messages that are described by tables: bytes or text ⇄ plain records. This is
 * the door of the codec: tables are written with `message`, `optional` and their like, and used with `decodeMessage`,
 * `encodeMessage`, `parseMessage` and `printMessage`.
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
export { type ParseOptions, parseMessage } from "./parse-text.ts";
export { printMessage } from "./print-text.ts";
