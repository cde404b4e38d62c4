/** The libraries beside which Namesake is measured. */

/** By the words of `--peers`: how a report calls each. */
export const peerTitles = { tensorflow: "TensorFlow", tfjs: "TensorFlow.js", "jax-js": "jax-js" } as const;

export type PeerName = keyof typeof peerTitles;

/** In the order of the report. */
export const peerNames = Object.keys(peerTitles) as readonly PeerName[];

export function isPeerName(word: string): word is PeerName {
  return Object.hasOwn(peerTitles, word);
}
