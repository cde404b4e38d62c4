/** Files outside of Node: there are none that a path tells of. */
import { UnsupportedFeatureError } from "../base/errors.ts";
import type { FileSource } from "../formats/source/byte-source.ts";

/**
 * The files of the platform.
 * @throws {UnsupportedFeatureError} always: pass files.
 */
export function platformFiles(): FileSource {
  throw new UnsupportedFeatureError(
    'There are no files here that a path tells of.\n  to fix  pass them: openCheckpoint("m", { files: memoryFiles({ "m.index": bytes, … }) })',
  );
}
