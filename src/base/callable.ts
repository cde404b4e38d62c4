/** Objects that are functions, as Python's classes with `__call__` are: `instance(…)` calls a method, `instanceof` holds. */

/** The base of such classes: an instance is a function whose prototype is the class. Fields and private fields work as in any class. */
export abstract class Callable {
  /** `invoke` is what calling the instance does. */
  constructor(invoke: (self: never, args: readonly unknown[]) => unknown) {
    const callable = (...args: readonly unknown[]): unknown => invoke(callable as never, args);
    const instance: object = Object.setPrototypeOf(callable, new.target.prototype);
    return instance as this;
  }
}
