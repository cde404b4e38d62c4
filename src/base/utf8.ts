/** Text as UTF-8 bytes and back. The coders are made when first needed: importing the library makes nothing. */
let encoder: InstanceType<typeof TextEncoder> | undefined;
let decoder: InstanceType<typeof TextDecoder> | undefined;

export function encodeUtf8(text: string): Uint8Array {
  return (encoder ??= new TextEncoder()).encode(text);
}

/** Writes text at the beginning of `bytes`, as far as it fits; how many bytes were written. */
export function encodeUtf8Into(text: string, bytes: Uint8Array): number {
  return (encoder ??= new TextEncoder()).encodeInto(text, bytes).written;
}

/** Bytes that are no UTF-8 become replacement characters. */
export function decodeUtf8(bytes: Uint8Array | undefined): string {
  return (decoder ??= new TextDecoder("utf-8", { ignoreBOM: true })).decode(bytes);
}
