/** The steps of a session that were asked for before, found again by what is fetched and fed. */
import type { Graph } from "../graph/graph.ts";
import { Operation } from "../graph/operation.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { feedPairs, feedTensor, feedValue } from "./feeds.ts";
import { FetchPlan } from "./fetches.ts";
import type { StepRequest } from "./prune.ts";

/** How many requests are kept, each with what was compiled for it. */
const KEPT_STEPS = 200;
/** How many calls are recognised without resolving what they fetch. */
const KEPT_CALLS = 8;

/** What `run` was called with, resolved. */
export interface ResolvedCall<S> {
  readonly fetchPlan: FetchPlan;
  readonly feeds: readonly NDArray[];
  readonly step: S;
}

/** A call as it was written: the same objects again mean the same step. */
interface KnownCall<S> {
  readonly fetches: unknown;
  readonly feedKeys: readonly unknown[];
  /** What is fed, each tensor once. */
  readonly feedTensors: readonly Tensor[];
  /** For each key, the place of its tensor among those. */
  readonly feedPlaces: readonly number[];
  readonly key: string;
  readonly fetchPlan: FetchPlan;
  readonly step: S;
}

/** Something that can be freed when it is no longer kept. */
export interface Releasable {
  release(): void;
}

/** Finds or makes the step of a call. */
export class StepCache<S extends Releasable> {
  readonly #graph: Graph;
  readonly #make: (request: StepRequest) => S;
  readonly #steps = new Map<string, S>();
  #calls: KnownCall<S>[] = [];

  constructor(graph: Graph, make: (request: StepRequest) => S) {
    this.#graph = graph;
    this.#make = make;
  }

  /** Resolves a call. Throws as `FetchPlan.of`, `feedTensor` and `feedValue`: for feeds first, as TensorFlow does. */
  resolve(fetches: unknown, feeds: unknown): ResolvedCall<S> {
    const pairs = feedPairs(feeds);
    const known = this.#find(fetches, pairs) ?? this.#remember(fetches, pairs);
    if (known.feedTensors.length === 0) return { fetchPlan: known.fetchPlan, feeds: [], step: known.step };
    const values = new Array<NDArray>(known.feedTensors.length);
    for (let i = 0; i < pairs.length; i += 1) {
      const [key, value] = pairs[i] as readonly [unknown, unknown];
      const place = known.feedPlaces[i] as number;
      values[place] = feedValue(this.#graph, known.feedTensors[place] as Tensor, value, key);
    }
    return { fetchPlan: known.fetchPlan, feeds: values, step: known.step };
  }

  #find(fetches: unknown, pairs: ReadonlyArray<readonly [unknown, unknown]>): KnownCall<S> | null {
    const calls = this.#calls;
    for (let i = 0; i < calls.length; i += 1) {
      const call = calls[i] as KnownCall<S>;
      if (sameFetches(call.fetches, fetches) && sameKeys(call.feedKeys, pairs)) {
        if (i > 0) {
          calls.splice(i, 1);
          calls.unshift(call);
          this.#keep(call.key, call.step);
        }
        return call;
      }
    }
    return null;
  }

  #remember(fetches: unknown, pairs: ReadonlyArray<readonly [unknown, unknown]>): KnownCall<S> {
    const tensors = pairs.map(([key]) => feedTensor(this.#graph, key));
    // A feed that is wrong is told before a fetch that is.
    for (const [i, tensor] of tensors.entries()) feedValue(this.#graph, tensor, pairs[i]?.[1], pairs[i]?.[0]);
    const fetchPlan = FetchPlan.of(this.#graph, fetches);
    const feedTensors = [...new Set(tensors)];
    const key = `${fetchPlan.elements.map(elementKey).join()}|${feedTensors.map(elementKey).join()}`;
    const step = this.#steps.get(key) ?? this.#make({ fetches: fetchPlan.elements, feeds: feedTensors });
    this.#keep(key, step);
    const call = {
      fetches: Array.isArray(fetches) ? [...(fetches as readonly unknown[])] : fetches,
      feedKeys: pairs.map(([feedKey]) => feedKey),
      feedTensors,
      feedPlaces: tensors.map((tensor) => feedTensors.indexOf(tensor)),
      fetchPlan,
      key,
      step,
    };
    if (isFlat(fetches)) this.#calls = [call, ...this.#calls.slice(0, KEPT_CALLS - 1)];
    return call;
  }

  /** Puts a step last in line for being forgotten. A map lists its entries in the order of insertion. */
  #keep(key: string, step: S): void {
    this.#steps.delete(key);
    this.#steps.set(key, step);
    if (this.#steps.size > KEPT_STEPS) this.#dropOldest();
  }

  #dropOldest(): void {
    const [key, step] = this.#steps.entries().next().value as [string, S];
    this.#steps.delete(key);
    this.#calls = this.#calls.filter((call) => call.step !== step);
    step.release();
  }

  /** Forgets everything. */
  clear(): void {
    for (const step of this.#steps.values()) step.release();
    this.#steps.clear();
    this.#calls = [];
  }
}

function elementKey(element: Tensor | Operation): string {
  return element instanceof Operation ? String(element.id) : `${element.op.id}:${element.index}`;
}

/** Whether fetches are one element or a list of elements: what `sameFetches` can compare. */
function isFlat(fetches: unknown): boolean {
  return Array.isArray(fetches) ? fetches.every(isElement) : isElement(fetches);
}

/** Tensors, operations, variables and names never stand for something else later. */
function isElement(fetch: unknown): boolean {
  return (
    typeof fetch === "string" ||
    (typeof fetch === "object" &&
      fetch !== null &&
      !Array.isArray(fetch) &&
      !(fetch instanceof Map) &&
      Object.getPrototypeOf(fetch) !== Object.prototype)
  );
}

function sameFetches(known: unknown, fetches: unknown): boolean {
  if (known === fetches) return true;
  if (!Array.isArray(known) || !Array.isArray(fetches) || known.length !== fetches.length) return false;
  for (let i = 0; i < known.length; i += 1) if (known[i] !== fetches[i]) return false;
  return true;
}

function sameKeys(known: readonly unknown[], pairs: ReadonlyArray<readonly [unknown, unknown]>): boolean {
  if (known.length !== pairs.length) return false;
  for (let i = 0; i < known.length; i += 1) if (known[i] !== pairs[i]?.[0]) return false;
  return true;
}
