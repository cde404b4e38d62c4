/** What a peer in JavaScript is to the program that measures it. */
import type { FrozenFeed, FrozenProgram } from "./frozen-program.ts";

/** What is fed to a program, in the order of its feeds. */
export interface Fed {
  readonly feed: FrozenFeed;
  readonly values: Float32Array | Int32Array;
}

/** A program that the peer has built: from values in plain arrays to the elements of the fetch in one. */
export type PeerCall = (fed: readonly Fed[]) => ArrayLike<number> | Promise<ArrayLike<number>>;

/**
 * Builds a program from the peer's own ops. `folder` is where its packages are installed.
 * @throws CannotRun where the peer lacks something
 */
export type BuildPeer = (folder: string, program: FrozenProgram) => Promise<PeerCall>;

/** What a peer lacks for a case. Not a fault: the report says it. */
export class CannotRun extends Error {}
