/**
 * How often each variable scope was opened: the numbers behind unique default names. Mirrors `_VariableScopeStore`.
 *
 * Each open scope has a layer of its own over the counters around it, which ends with it: TensorFlow forgets what is below a scope
 * when it is left, and everything that a visit to a captured scope has changed. So concurrent flows do not count each other's scopes;
 * what a flow visited is not handed on when it ends, as it would change the names of flows that are still running.
 */
import { stateOf, threadSlot } from "../graph/context.ts";
import type { Graph } from "../graph/graph.ts";

/** A part of a name. Below a node that hides, the counters around this layer are not looked at. */
interface Node {
  count: number | null;
  hides: boolean;
  children: Map<string, Node> | null;
}

function newNode(): Node {
  return { count: null, hides: false, children: null };
}

/** Counters of one thread of control and graph, or a layer over them. */
export class ScopeCounters {
  readonly #around: ScopeCounters | null;
  /** What is below this is forgotten with the layer; `null`: everything is. */
  readonly #prefix: string | null;
  /** What was done outside of the prefix in this layer: mostly, captured scopes were opened. */
  #elsewhere: ((counters: ScopeCounters) => void)[] | null = null;
  #root: Node | null = null;
  /** The node that was looked up last: a scope is mostly closed soon after it was opened. */
  #lastName = "";
  #lastNode: Node | null = null;

  private constructor(around: ScopeCounters | null, prefix: string | null) {
    this.#around = around;
    this.#prefix = prefix;
  }

  static ofThread(): ScopeCounters {
    return new ScopeCounters(null, null);
  }

  /** The counters inside of a scope that was opened by name. */
  below(name: string): ScopeCounters {
    return new ScopeCounters(this, `${name}/`);
  }

  /** The counters inside of a captured scope. */
  visit(): ScopeCounters {
    return new ScopeCounters(this, null);
  }

  count(name: string): number {
    const { count, hides } = this.#find(name);
    if (count !== null) return count;
    return hides || this.#around === null ? 0 : this.#around.count(name);
  }

  /** What this layer knows of a name, and whether it hides what is around it. */
  #find(name: string): { readonly count: number | null; readonly hides: boolean } {
    let node = this.#root;
    let hides = false;
    for (const part of name.split("/")) {
      if (node === null) break;
      hides ||= node.hides;
      node = node.children?.get(part) ?? null;
    }
    return { count: node?.count ?? null, hides };
  }

  open(name: string): void {
    const node = this.#node(name);
    node.count = (node.count ?? this.count(name)) + 1;
    this.#noteElsewhere(name, (counters) => counters.open(name));
  }

  /** Forgets the counts of everything whose name starts with `name/`. */
  closeSubscopes(name: string): void {
    const node = this.#lastNode !== null && this.#lastName === name ? this.#lastNode : this.#node(name);
    node.children = null;
    node.hides = this.#around !== null;
    this.#lastNode = null;
    this.#noteElsewhere(`${name}/`, (counters) => counters.closeSubscopes(name));
  }

  #noteElsewhere(name: string, repeat: (counters: ScopeCounters) => void): void {
    if (this.#prefix !== null && !name.startsWith(this.#prefix)) (this.#elsewhere ??= []).push(repeat);
  }

  /** At the end of a scope that was opened by name: captured scopes that were visited inside of it stay counted. */
  handOn(): void {
    if (this.#around !== null) for (const repeat of this.#elsewhere ?? []) repeat(this.#around);
  }

  #node(name: string): Node {
    let node = (this.#root ??= newNode());
    for (const part of name.includes("/") ? name.split("/") : [name]) {
      node.children ??= new Map();
      let child = node.children.get(part);
      if (child === undefined) node.children.set(part, (child = newNode()));
      node = child;
    }
    this.#lastName = name;
    this.#lastNode = node;
    return node;
  }
}

/** The counters in force: those of the innermost scope that is open. */
export function scopeCounters(graph: Graph): ScopeCounters {
  return (
    (stateOf(graph).scopeCounters as ScopeCounters | undefined) ??
    threadSlot(graph, "scopeCounters", () => ScopeCounters.ofThread())
  );
}
