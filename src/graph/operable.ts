/** Python's operators as methods, for tensors and for what stands for one. `a.add(b)` makes the op that `a + b` makes in Python. */
import { libraryTables } from "./tables.ts";
import type { Tensor } from "./tensor.ts";

/** Something that can be a side of an operator. */
export abstract class Operable {
  /** @internal The tensor that takes part: the value of a variable. May add ops. */
  abstract operand(): Tensor;

  add(other: unknown): Tensor {
    return libraryTables().operators.binary("add", this.operand(), other);
  }
  sub(other: unknown): Tensor {
    return libraryTables().operators.binary("sub", this.operand(), other);
  }
  mul(other: unknown): Tensor {
    return libraryTables().operators.binary("mul", this.operand(), other);
  }
  /** Python's `/`: true division. */
  div(other: unknown): Tensor {
    return libraryTables().operators.binary("truediv", this.operand(), other);
  }
  floordiv(other: unknown): Tensor {
    return libraryTables().operators.binary("floordiv", this.operand(), other);
  }
  mod(other: unknown): Tensor {
    return libraryTables().operators.binary("mod", this.operand(), other);
  }
  pow(other: unknown): Tensor {
    return libraryTables().operators.binary("pow", this.operand(), other);
  }
  /** Python's `@`. */
  matmul(other: unknown): Tensor {
    return libraryTables().operators.binary("matmul", this.operand(), other);
  }
  less(other: unknown): Tensor {
    return libraryTables().operators.binary("less", this.operand(), other);
  }
  lessEqual(other: unknown): Tensor {
    return libraryTables().operators.binary("lessEqual", this.operand(), other);
  }
  greater(other: unknown): Tensor {
    return libraryTables().operators.binary("greater", this.operand(), other);
  }
  greaterEqual(other: unknown): Tensor {
    return libraryTables().operators.binary("greaterEqual", this.operand(), other);
  }
  and(other: unknown): Tensor {
    return libraryTables().operators.binary("and", this.operand(), other);
  }
  or(other: unknown): Tensor {
    return libraryTables().operators.binary("or", this.operand(), other);
  }
  xor(other: unknown): Tensor {
    return libraryTables().operators.binary("xor", this.operand(), other);
  }
  neg(): Tensor {
    return libraryTables().operators.unary("neg", this.operand());
  }
  abs(): Tensor {
    return libraryTables().operators.unary("abs", this.operand());
  }
  invert(): Tensor {
    return libraryTables().operators.unary("invert", this.operand());
  }
  /** Python's indexing, as text: `"0, :, 2:"`, `"..., newaxis"`; or a list of numbers, `[begin, end, stride]`, tensors. */
  at(spec: string | readonly unknown[]): Tensor {
    return libraryTables().operators.index(this.operand(), spec);
  }
}
