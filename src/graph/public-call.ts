/** One creation site per call of the public API: the call captures it, and all ops made during the call share it. */
import { type AnyFunction, CreationSite, NEAR_LINES } from "./creation-site.ts";

let shared: CreationSite | null = null;

/** The site of the public call that is running, or of this very place; `entry` is the library's function that the user called. */
export function creationSite(entry?: AnyFunction): CreationSite {
  return shared ?? CreationSite.capture(entry);
}

/**
 * Runs a public call: the ops it makes share one creation site. Calls inside it keep the outer one.
 * `entry` is the function that the user called, where that is known: fewer of the library's own frames are captured then.
 */
export function publicCall<T>(body: () => T, entry?: AnyFunction): T {
  if (shared !== null) return body();
  shared = entry === undefined ? CreationSite.capture(publicCall, NEAR_LINES) : CreationSite.capture(entry);
  try {
    return body();
  } finally {
    shared = null;
  }
}

/** Runs a function of the user inside a public call: ops made there have sites of their own. */
export function userCode<T>(body: () => T): T {
  const before = shared;
  shared = null;
  try {
    return body();
  } finally {
    shared = before;
  }
}

/** A function of the library that is called back like one of the user: the ops that it makes share the site of the call that runs now. */
export function withinCall<A extends unknown[], R>(body: (...args: A) => R): (...args: A) => R {
  const site = shared;
  return (...args) => {
    const before = shared;
    shared = site;
    try {
      return body(...args);
    } finally {
      shared = before;
    }
  };
}
