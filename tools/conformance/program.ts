/** The JSON of recorded programs as types: cases, statements, values, results. Reading files is in `case-file.ts`. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Numbers of Python: one, or nested lists of them. */
export type Numbers = number | readonly Numbers[];

/** What a value's function returns: a literal, an initializer's result, or the numbers 0, 1, 2 …. */
export interface FunctionBody {
  readonly init?: string;
  readonly shape?: readonly number[];
  readonly offset?: boolean;
  readonly [key: string]: Json | undefined;
}

/** A literal, or the use of a handle. Exactly one of `ref`, `array`, `float`, `int`, `str`, `bool`, `fn`, `dict`, `tuple`, `map`, `tf`, `lambda` is present. */
export interface ValueObject {
  readonly ref?: string;
  readonly get?: string;
  readonly array?: Json;
  readonly dtype?: string;
  readonly float?: Numbers;
  readonly int?: Numbers;
  readonly str?: string;
  readonly bool?: boolean;
  readonly fn?: FunctionBody;
  readonly params?: "none" | "optional" | "required" | "shape";
  readonly dict?: boolean;
  /** With `ref`: the item of a list, of the item of a list, …, before the property. */
  readonly item?: readonly number[];
  readonly tuple?: readonly Value[];
  readonly map?: { readonly [key: string]: Value };
  /** A name below `tf`. */
  readonly tf?: string;
  /** A function: its parameters are bound as handles, then `body` runs, then `return` is its result. */
  readonly lambda?: readonly string[];
  readonly body?: readonly Statement[];
  readonly return?: Value;
}

export type Value = null | ValueObject | readonly Value[];

/** A string of the program, or the use of a handle that is bound to one. */
export type Text = string | null | ValueObject;

/** One of the functions that programs may pass, or a plain value that is not callable: an object with the kind under its own key. */
export type Canned = null | string | { readonly [key: string]: Json };

/** A function that TensorFlow calls: part of a `cond` or `while_loop` statement. */
export interface Part {
  readonly body?: readonly Statement[];
  readonly return?: string | readonly string[] | null;
}

/** A statement. Which fields it may have depends on `do`; an absent field is an argument that is not passed, `null` is None. */
export interface Statement {
  readonly do: string;
  readonly as?: string;
  readonly try?: boolean;
  /** The statements inside; of a `while_loop`, the part with the loop's body. */
  readonly body?: readonly Statement[] | Part;

  readonly name?: Text;
  readonly default_name?: Text;
  readonly values?: Value;
  readonly initializer?: Canned;
  readonly regularizer?: Canned;
  readonly caching_device?: Canned;
  readonly partitioner?: Canned;
  readonly custom_getter?: Canned;
  readonly reuse?: boolean | "auto" | null;
  readonly dtype?: string | null | ValueObject;
  readonly use_resource?: boolean | null;
  readonly constraint?: Canned;
  readonly auxiliary_name_scope?: Json;

  readonly scope?: ValueObject | string | null;
  readonly device?: Canned;
  readonly inputs?: readonly Value[] | null;
  readonly op?: Value | string;
  readonly ignore_existing?: boolean;
  readonly creator?: { readonly creator: string; readonly value?: string };
  readonly graph?: ValueObject;

  readonly shape?: Json;
  readonly trainable?: boolean | null;
  readonly collections?: readonly string[] | null;
  readonly validate_shape?: boolean;
  readonly synchronization?: string;
  readonly aggregation?: string;
  readonly initial_value?: Value;
  readonly slicing?: Json;

  readonly property?: string;
  readonly value?: Json | Value;
  readonly mark_as_used?: boolean;
  readonly create_scope_now?: boolean;
  readonly unique_name?: string | null;
  readonly return?: string | readonly string[] | null;
  readonly bind?: { readonly [argument: string]: Value };
  readonly template?: ValueObject;
  readonly args?: { readonly [argument: string]: Value } | readonly string[];
  readonly key?: string;
  readonly kind?: string;
  readonly seed?: number;
  readonly message?: string;
  readonly init?: "all" | readonly Value[];
  readonly fetches?: readonly Value[];
  readonly feed?: readonly (readonly [Value, Value])[];

  readonly pred?: Value;
  readonly true?: Part;
  readonly false?: Part;
  readonly strict?: boolean;
  readonly vars?: readonly Value[];
  readonly cond?: Part;
  readonly shape_invariants?: Json;
  readonly parallel_iterations?: number;
  readonly maximum_iterations?: number | ValueObject | null;
  readonly back_prop?: boolean;
  readonly return_same_structure?: boolean;

  readonly axis?: Json;
  readonly limit?: number;
  readonly use_locking?: boolean;

  /** A function below `tf`, or a method of `of`, with arguments by name. */
  readonly fn?: string;
  readonly of?: Value;
  readonly positional?: readonly Value[];
  readonly map?: { readonly [type: string]: string };
  readonly function?: Value;
  readonly steps?: number;
  readonly watch?: readonly Value[];
  /** Before which steps `watch` is fetched. */
  readonly record?: readonly number[];
}

/** One entry of the log. */
export type LogEntry = { readonly at: string; readonly [key: string]: unknown };

/** What is recorded of a graph. */
export interface GraphRecord {
  /** Absent where they do not count. */
  readonly nodes?: readonly string[];
  readonly collections: { readonly [key: string]: readonly (string | null)[] };
}

/** What a program did. */
export interface Result {
  readonly log: readonly LogEntry[];
  /** Absent in programs that train. */
  readonly end?: { readonly scope: string; readonly reuse: unknown; readonly name_scope: string };
  readonly graphs: readonly GraphRecord[];
}

/** A program with the result that it must have. */
export interface Case {
  readonly name: string;
  readonly about?: string;
  /** Why the result is Namesake's own and not TensorFlow's. */
  readonly promise?: string;
  /** With a promise: what TensorFlow may log instead, one list of the differing entries per outcome. */
  readonly tensorflow?: readonly (readonly LogEntry[])[];
  readonly program: readonly Statement[];
  readonly expect: Result;
}
