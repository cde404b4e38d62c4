/** The peers as programs: what each needs on this machine, and how a round of it is measured. */
import { type SpawnSyncOptionsWithStringEncoding, spawnSync } from "node:child_process";
import { root } from "../tools/doors.mjs";
import { BenchError } from "./bench-error.ts";
import { installPackages } from "./javascript-peers/packages.ts";
import { type PeerName, peerTitles } from "./peer-names.ts";
import type { Figures, PeerFigures } from "./timing.ts";

/** A peer that is ready to be measured. */
export interface Peer {
  readonly name: PeerName;
  /** Its version, and the setting that it is measured in. */
  readonly version: string;
  /** One round of a case, in a process of its own. */
  readonly measure: (name: string, figures: Figures) => PeerFigures;
}

const tensorflowProgram = "bench/tensorflow_peer.py";

/** A peer takes longer only where it does not get through at all. */
const LIMIT_MS = 300_000;

/**
 * Makes a peer ready.
 * @throws BenchError where it cannot be had on this machine: the message says how
 */
export function findPeer(name: PeerName): Peer {
  return name === "tensorflow" ? findTensorflow() : installPeer(name);
}

function findTensorflow(): Peer {
  const python = process.env["NAMESAKE_PYTHON"] || "python3";
  const { status, stdout, stderr, error } = run(python, [tensorflowProgram, "--version"]);
  if (status === 0) {
    const version = stdout.trim().split("\n").at(-1) ?? "";
    return { name: "tensorflow", version, measure: (one) => figuresOf(python, [tensorflowProgram, one]) };
  }
  const why = error ? error.message : stderr.trim().split("\n").at(-1);
  throw new BenchError(
    `--peers tensorflow needs a Python with TensorFlow, which "${python}" is not (${why}): install it there, name another Python in NAMESAKE_PYTHON, or leave the peer out.`,
  );
}

/** The settings are the best that each has in Node: `javascript-peers/README.md` says why. */
const settings = {
  tfjs: "WebAssembly with SIMD, one thread",
  "jax-js": "WebAssembly with SIMD, a thread per core, jit where that is faster",
} as const;

function installPeer(name: keyof typeof settings): Peer {
  const { folder, version } = installPackages(name);
  const program = ["tools/run-ts.mjs", "--built", "bench/javascript-peers/main.ts", name];
  return {
    name,
    version: `${version} (${settings[name]})`,
    measure: (one, figures) => {
      const ended = run(process.execPath, [...program, one, folder], { timeout: LIMIT_MS });
      const { error } = ended;
      if (error === undefined || !("code" in error) || error.code !== "ETIMEDOUT") {
        return figuresIn(ended, `${peerTitles[name]}, ${one}`);
      }
      const cannot = `it takes longer than ${LIMIT_MS / 60_000} minutes for a few calls`;
      return Object.fromEntries(Object.keys(figures).map((figure) => [figure, { cannot }]));
    },
  };
}

function run(command: string, args: readonly string[], options: Partial<SpawnSyncOptionsWithStringEncoding> = {}) {
  return spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    killSignal: "SIGKILL",
    ...options,
  });
}

/** The figures that a program prints as its last line. */
export function figuresOf(command: string, args: readonly string[]): Figures {
  return figuresIn(run(command, args), `${command} ${args.join(" ")}`) as Figures;
}

function figuresIn({ status, signal, stdout, stderr, error }: ReturnType<typeof run>, what: string): PeerFigures {
  if (status === 0) return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as PeerFigures;
  const how = error?.message ?? (signal === null ? `exit code ${status}` : `ended by ${signal}`);
  throw new BenchError(`A round failed (${how}): ${what}\n${(stderr ?? "").trimEnd()}`);
}
