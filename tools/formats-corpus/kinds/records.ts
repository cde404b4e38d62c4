/** Files of records, compressed and not: the records' lengths and hashes. Damaged ones give all records before the damage. */
import { encodeRecords, readRecordStream, readRecords, writeRecords } from "namesake/formats";
import { type CorpusCase, fileOf } from "../corpus-case.ts";
import { differences } from "../differences.ts";
import { type Kind, outcomeOf } from "../kind.ts";
import { sha256Of } from "../tensors.ts";

interface Expected {
  readonly files: readonly string[];
  readonly lengths: readonly number[];
  readonly sha256: readonly string[];
}

/** The pieces in which a stream gives a file here: so small that records lie across them. */
const PIECE_BYTES = 1000;

export const records: Kind = {
  async good(one) {
    const { files, lengths, sha256 } = one.text as unknown as Expected;
    const problems: string[] = [];
    for (const file of files) {
      const read = await streamed(one, file);
      problems.push(
        ...differences(
          read.map(({ length }) => length),
          lengths,
          `${file} lengths`,
        ),
        ...differences(read.map(sha256Of), sha256, `${file} sha256`),
        ...(await rewriteProblems(one, file, read)),
      );
    }
    return problems;
  },
  async bad(one) {
    const { file, readable_records: readable } = one.text as unknown as {
      readonly file: string;
      readonly readable_records: number;
    };
    const bytes = fileOf(one, file);
    let inMemory = 0;
    let fromStream = 0;
    const outcome = await outcomeOf(() => {
      for (const _ of readRecords(bytes, { file })) inMemory += 1;
    });
    await outcomeOf(async () => {
      for await (const _ of readRecordStream(pieces(bytes), { file })) fromStream += 1;
    });
    return {
      ...outcome,
      problems: [
        ...differences(inMemory, readable, "readable_records"),
        ...differences(fromStream, readable, "readable_records of a stream"),
      ],
    };
  },
};

function compressionOf(file: string): "GZIP" | "ZLIB" | undefined {
  return file.startsWith("gzip") ? "GZIP" : file.startsWith("zlib") ? "ZLIB" : undefined;
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

async function streamed(one: CorpusCase, file: string): Promise<Uint8Array[]> {
  const read: Uint8Array[] = [];
  const stream = readRecordStream(pieces(fileOf(one, file)), { file, compression: compressionOf(file) });
  for await (const record of stream) read.push(record);
  return read;
}

/** Written again, a file has the same bytes; a compressed one the same records. */
async function rewriteProblems(one: CorpusCase, file: string, read: readonly Uint8Array[]): Promise<string[]> {
  const compression = compressionOf(file);
  if (compression === undefined)
    return Buffer.compare(encodeRecords(read), fileOf(one, file)) === 0
      ? []
      : [`${file}, written again, has other bytes`];
  const again: Uint8Array[] = [];
  for await (const record of readRecordStream(writeRecords(read, { compression }), { compression })) again.push(record);
  return differences(again.map(sha256Of), read.map(sha256Of), `${file}, written again,`);
}
