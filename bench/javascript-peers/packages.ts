/**
 * The packages of the peers in JavaScript. They are no dependencies of the project: the benchmark installs these very versions into a
 * folder among the caches, once, and finds them there the next time.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../tools/doors.mjs";
import { BenchError } from "../bench-error.ts";
import { peerTitles } from "../peer-names.ts";

const pinned = {
  tfjs: {
    version: "4.22.0",
    packages: ["@tensorflow/tfjs-core", "@tensorflow/tfjs-converter", "@tensorflow/tfjs-backend-wasm"],
  },
  "jax-js": { version: "0.1.25", packages: ["@jax-js/jax"] },
} as const;

export type JavascriptPeer = keyof typeof pinned;

export interface Installed {
  /** Holds `node_modules`. */
  readonly folder: string;
  readonly version: string;
}

/** What npm is told: no script of a package runs. */
export function installWords(peer: JavascriptPeer, folder: string): string[] {
  const { version, packages } = pinned[peer];
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--save-exact"];
  return ["install", "--prefix", folder, ...flags, ...packages.map((name) => `${name}@${version}`)];
}

/** Each version has a folder of its own, so a newer one is not mistaken for it. */
export function folderOf(peer: JavascriptPeer): string {
  return join(root, "node_modules/.cache/bench-peers", `${peer}-${pinned[peer].version}`);
}

/**
 * Installs a peer's packages unless they are there.
 * @throws BenchError where npm fails, as it does without a network
 */
export function installPackages(peer: JavascriptPeer): Installed {
  const { version } = pinned[peer];
  const folder = folderOf(peer);
  if (existsSync(folder)) return { folder, version };
  // Under another name until it is complete: an installation that was ended would be found the next time.
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(join(unfinished, "package.json"), '{ "private": true }\n');
  const words = installWords(peer, unfinished);
  const { status, stderr, error } = spawnSync("npm", words, {
    cwd: unfinished,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new BenchError(
      `--peers ${peer} needs the packages of ${peerTitles[peer]}, which npm could not install in ${dirname(folder)} (${error?.message ?? stderr.trim()}): run it where the registry of npm can be reached, or leave the peer out.`,
    );
  }
  renameSync(unfinished, folder);
  return { folder, version };
}
