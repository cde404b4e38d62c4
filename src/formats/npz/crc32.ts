/** CRC-32, the checksum of zip files (polynomial 0x04C11DB7, bits reflected). Checkpoints and records have another: `wire/crc32c.ts`. */

const POLYNOMIAL = 0xedb88320;

let table: Int32Array | undefined;

function makeTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    return crc;
  });
}

/** The checksum of bytes. */
export function crc32(bytes: Uint8Array): number {
  const entries = (table ??= makeTable());
  let crc = -1;
  for (const byte of bytes) crc = (crc >>> 8) ^ (entries[(crc ^ byte) & 0xff] as number);
  return ~crc >>> 0;
}
