/** Sets that are joined by edges: union and find. */
export class ConnectedSets<T> {
  readonly #leaders = new Map<T, T>();

  add(item: T): void {
    if (!this.#leaders.has(item)) this.#leaders.set(item, item);
  }

  #leader(item: T): T {
    let at = item;
    for (;;) {
      const next = this.#leaders.get(at) as T;
      if (next === at) return at;
      // Halves the way for the next one.
      const beyond = this.#leaders.get(next) as T;
      this.#leaders.set(at, beyond);
      at = beyond;
    }
  }

  connect(a: T, b: T): void {
    this.add(a);
    this.add(b);
    this.#leaders.set(this.#leader(a), this.#leader(b));
  }

  lists(): T[][] {
    const lists = new Map<T, T[]>();
    for (const item of this.#leaders.keys()) {
      const leader = this.#leader(item);
      const list = lists.get(leader);
      if (list === undefined) lists.set(leader, [item]);
      else list.push(item);
    }
    return [...lists.values()];
  }
}
