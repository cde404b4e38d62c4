/** The initializer of a variable that names none. */
import { ArgumentError } from "../base/errors.ts";
import type { DType } from "../tensor/dtype.ts";
import { GlorotUniform, Zeros } from "./initializers.ts";
import type { InitializerLike } from "./variable-functions.ts";

/** Glorot uniform for floating types, zeros for the others that have a zero. */
export function defaultInitializer(name: string, dtype: DType): InitializerLike {
  if (dtype.isFloating) return new GlorotUniform();
  if (dtype.isInteger || dtype.isBool || dtype.isString) return new Zeros();
  throw new ArgumentError(`An initializer for variable ${name} of ${dtype.baseDtype} is required`, { name, dtype });
}
