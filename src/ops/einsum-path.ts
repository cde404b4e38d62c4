/**
 * In which order an `einsum` of many tensors multiplies them: two at a time, always those whose product needs the least room beside what
 * they need themselves. The order is TensorFlow's, which has it from opt_einsum ("greedy", `ssa_greedy_optimize` of its paths.py).
 */

/** One multiplication: which of the tensors that are left it takes, the later one first, and its equation. Its result comes last. */
export interface Contraction {
  readonly operands: readonly [number, number];
  readonly equation: string;
}

/** The labels of a tensor, each once and sorted: equal sets are equal text. */
type Labels = string;

interface Candidate {
  /** What is ordered by: the room, then the later tensor, then the earlier one. */
  readonly room: bigint;
  readonly later: number;
  readonly earlier: number;
  readonly first: Labels;
  readonly second: Labels;
  readonly product: Labels;
}

function labelsOf(labels: Iterable<string>): Labels {
  return [...new Set(labels)].sort().join("");
}

function isBefore(a: Candidate, b: Candidate): boolean {
  if (a.room !== b.room) return a.room < b.room;
  return a.later === b.later ? a.earlier < b.earlier : a.later < b.later;
}

/** What is left to be multiplied, and how it is chosen. Tensors are numbered as they arise. */
class Search {
  readonly #sizes: ReadonlyMap<string, number>;
  /** What no multiplication may sum over: labels of the output, and those of all inputs, which only the last one could. */
  readonly #kept: ReadonlySet<string>;
  readonly #left = new Map<Labels, number>();
  /** How many tensors a label must have at least to survive a product: of those that use it now, by label. */
  readonly #uses = new Map<string, number>();
  readonly #queue: Candidate[] = [];
  readonly pairs: (readonly [number, number])[] = [];
  #next: number;

  constructor(inputs: readonly string[], output: string, sizes: ReadonlyMap<string, number>) {
    this.#sizes = sizes;
    const [first = "", ...others] = inputs;
    this.#kept = new Set([
      ...output.split(""),
      ...first.split("").filter((label) => others.every((own) => own.includes(label))),
    ]);
    this.#next = inputs.length;
    for (const [i, input] of inputs.entries()) this.#add(labelsOf(input), i);
    for (const label of new Set(inputs.join(""))) this.#count(label);
  }

  /** A tensor with the labels of another is multiplied with it at once. */
  #add(labels: Labels, id: number): void {
    const same = this.#left.get(labels);
    if (same === undefined) {
      this.#left.set(labels, id);
      return;
    }
    this.pairs.push([same, id]);
    // The new tensor stays where the other one was.
    this.#left.set(labels, this.#take());
  }

  #take(): number {
    this.#next += 1;
    return this.#next - 1;
  }

  #count(label: string): void {
    if (!this.#kept.has(label)) this.#uses.set(label, this.#with(label).length);
  }

  /** The tensors that have a label. */
  #with(label: string): Labels[] {
    return [...this.#left.keys()].filter((labels) => labels.includes(label));
  }

  #room(labels: Labels): bigint {
    return labels.split("").reduce((product, label) => product * BigInt(this.#sizes.get(label) ?? 1), 1n);
  }

  #candidate(one: Labels, other: Labels): Candidate {
    const survives = (label: string): boolean =>
      this.#kept.has(label) || (this.#uses.get(label) ?? 0) >= (one.includes(label) && other.includes(label) ? 3 : 2);
    const product = labelsOf((one + other).split("").filter(survives));
    const [first, second] =
      (this.#left.get(one) as number) < (this.#left.get(other) as number) ? [one, other] : [other, one];
    return {
      room: this.#room(product) - this.#room(one) - this.#room(other),
      later: this.#left.get(second) as number,
      earlier: this.#left.get(first) as number,
      first,
      second,
      product,
    };
  }

  /** Of all partners of a tensor only the best is kept in mind. */
  #propose(labels: Labels, partners: readonly Labels[]): void {
    const [first, ...others] = partners.map((partner) => this.#candidate(labels, partner));
    if (first) this.#queue.push(others.reduce((best, one) => (isBefore(one, best) ? one : best), first));
  }

  #best(): Candidate | undefined {
    let at = 0;
    for (const [i, one] of this.#queue.entries()) if (isBefore(one, this.#queue[at] as Candidate)) at = i;
    return this.#queue.splice(at, 1)[0];
  }

  /** Multiplies what shares a label that can be summed over. */
  #join({ first, second, product }: Candidate): void {
    const ids = [this.#left.get(first) as number, this.#left.get(second) as number] as const;
    this.#left.delete(first);
    this.#left.delete(second);
    this.pairs.push(ids);
    const same = this.#left.get(product);
    if (same !== undefined) this.pairs.push([same, this.#take()]);
    this.#left.set(product, this.#take());
    for (const label of new Set(first + second)) this.#count(label);
    const summable = product.split("").filter((label) => !this.#kept.has(label));
    const partners = new Set(summable.flatMap((label) => this.#with(label)));
    partners.delete(product);
    this.#propose(product, [...partners]);
  }

  /** Multiplies what shares nothing: the smallest two first. */
  #joinRest(): void {
    const common = (labels: Labels): Labels => labelsOf(labels.split("").filter((label) => this.#kept.has(label)));
    const rest = [...this.#left].map(([labels, id]) => ({ labels, id, room: this.#room(common(labels)) }));
    const pop = (): (typeof rest)[number] => {
      rest.sort((a, b) => (a.room === b.room ? a.id - b.id : a.room < b.room ? -1 : 1));
      return rest.shift() as (typeof rest)[number];
    };
    while (rest.length > 1) {
      const [one, other] = [pop(), pop()];
      this.pairs.push([Math.min(one.id, other.id), Math.max(one.id, other.id)]);
      const labels = common(one.labels + other.labels);
      rest.push({ labels, id: this.#take(), room: this.#room(labels) });
    }
  }

  run(): void {
    for (const label of this.#uses.keys()) {
      const having = this.#with(label).sort((a, b) => (this.#left.get(a) as number) - (this.#left.get(b) as number));
      for (const [i, labels] of having.entries()) this.#propose(labels, having.slice(i + 1));
    }
    for (let one = this.#best(); one !== undefined; one = this.#best())
      if (this.#left.has(one.first) && this.#left.has(one.second)) this.#join(one);
    this.#joinRest();
  }
}

/** What a multiplication leaves, in the order in which its operands have it. */
function remaining(operands: string, others: readonly string[], output: string): string {
  const wanted = new Set(others.join("") + output);
  return [...new Set(operands)].filter((label) => wanted.has(label)).join("");
}

/** The multiplications of an equation with two inputs or more, in order. Sizes are by label. */
export function contractionsOf(
  inputs: readonly string[],
  output: string,
  sizes: ReadonlyMap<string, number>,
): readonly Contraction[] {
  const search = new Search(inputs, output, sizes);
  search.run();
  const left = inputs.map((labels, id) => ({ labels, id }));
  return search.pairs.map(([a, b], i) => {
    const places = [a, b].map((id) => left.findIndex((one) => one.id === id)).sort((x, y) => y - x);
    const taken = places.map((place) => left.splice(place, 1)[0] as (typeof left)[number]);
    const labels = taken.map((one) => one.labels);
    const others = left.map((one) => one.labels);
    const made = i === search.pairs.length - 1 ? output : remaining(labels.join(""), others, output);
    left.push({ labels: made, id: inputs.length + i });
    return { operands: places as unknown as readonly [number, number], equation: `${labels.join(",")}->${made}` };
  });
}
