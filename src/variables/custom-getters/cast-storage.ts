/** A custom getter that keeps variables in one dtype and gives them out in another: float32 weights of a float16 model. */
import type { TensorLike } from "../../graph/constant.ts";
import { cast } from "../../ops/cast.ts";
import { asDType, type DTypeLike, float32 } from "../../tensor/dtype.ts";
import type { CustomGetter } from "../variable-functions.ts";

/**
 * Variables are stored as `storage`; asked for in another floating dtype, they are cast.
 * @example
 * const v: unknown = variableScope("s", { dtype: "float16", customGetter: castStorage("float32") }, () => getVariable("v", [2]));
 */
export function castStorage(storage: DTypeLike = float32): CustomGetter {
  const stored = asDType(storage);
  return (getter, name, options) => {
    const wanted = asDType(options.dtype ?? float32).baseDtype;
    if (!wanted.isFloating) return getter(name, options);
    const variable = getter(name, { ...options, dtype: stored }) as TensorLike;
    return wanted === stored ? variable : cast(variable, wanted);
  };
}
