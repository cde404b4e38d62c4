import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ndarray } from "namesake";
import { CheckpointWriter, openCheckpoint, openCheckpointSync } from "namesake/formats";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { caught } from "../../test/failure-of.ts";
import { ArgumentError, FormatError, NotFoundError, UnsupportedFeatureError } from "../base/errors.ts";
import type { ByteSource } from "../formats/source/byte-source.ts";
import { createFile, platformFiles } from "./platform-files.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "namesake-files-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function open(path: string): ByteSource {
  return platformFiles.open(path) as ByteSource;
}

describe("files of the platform", () => {
  it("are read in any order, and closed", () => {
    const path = join(folder, "a");
    writeFileSync(path, "0123456789");
    const file = open(path);
    const into = new Uint8Array(3);
    file.read(7, into);
    file.read(2, into);
    expect([...into]).toEqual([50, 51, 52]);
    expect(file.byteLength).toBe(10);
    truncateSync(path, 4);
    expect(() => file.read(2, into)).toThrow(FormatError);
    void file.close?.();
    void file.close?.();
    expect(() => file.read(0, into)).toThrow(ArgumentError);
  });

  it("that are not there, or no files, are told of by name", () => {
    mkdirSync(join(folder, "folder.index"));
    for (const name of ["none", "folder.index", "a/b"]) {
      const path = join(folder, name);
      expect(() => open(path)).toThrow(NotFoundError);
      expect(() => open(path)).toThrow(`${path}; No such file or directory`);
    }
    expect(() => createFile(join(folder, "none/b"))).toThrow(NotFoundError);
    expect(readdirSync(folder)).not.toContain("none");
  });

  it("hold checkpoints, which are found by their path", async () => {
    const prefix = join(folder, "m-1");
    const sinks = {
      data: createFile(`${prefix}.data-00000-of-00001`),
      index: createFile(`${prefix}.index`),
    };
    const writer = new CheckpointWriter(sinks);
    const large = ndarray(new Float32Array(700_000).map((_, i) => i));
    writer.addSync("large", large);
    writer.addSync("w", ndarray([1, 2]));
    writer.finishSync();
    const reader = openCheckpointSync(prefix);
    expect(reader.getTensorSync("large").equals(large)).toBe(true);
    expect(reader.getTensorSync("large", { region: [[400_000, 2]] }).toArray()).toEqual([400_000, 400_001]);
    reader.closeSync();
    const later = await openCheckpoint(prefix);
    expect((await later.getTensor("w")).toArray()).toEqual([1, 2]);
    await later.close();
    await expect(openCheckpoint(join(folder, "m-2"))).rejects.toThrow(NotFoundError);
  });
});

describe("files elsewhere", () => {
  it("must be given", () => {
    for (const platform of [undefined, {}, { getBuiltinModule: () => undefined }]) {
      vi.stubGlobal("process", platform);
      const [error, other] = [caught(() => open("a")), caught(() => createFile("a"))];
      vi.unstubAllGlobals();
      expect(error).toBeInstanceOf(UnsupportedFeatureError);
      expect(other).toBeInstanceOf(UnsupportedFeatureError);
    }
  });
});
