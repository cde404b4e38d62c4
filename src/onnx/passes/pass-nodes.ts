/** Builds nodes in a pass as rules build them in an op. */
import type { NodeProto } from "../../formats/onnx.ts";
import { asDType, type DType } from "../../tensor/dtype.ts";
import type { NDArray } from "../../tensor/ndarray.ts";
import { asShape, type ShapeLike } from "../../tensor/shape.ts";
import { integerArray, scalarArray } from "../model/constants.ts";
import { onnxDataType } from "../model/element-types.ts";
import { type OnnxOperator, type OperatorTraits, operators } from "../model/operators.ts";
import type { NodeMaker, OnnxAttrs, OnnxValue } from "../rule.ts";
import type { NodeWriter } from "./pass-graph.ts";

/** Nodes in place of one node. */
export class PassNodes implements NodeMaker {
  readonly #writer: NodeWriter;
  readonly #origin: NodeProto;

  constructor(writer: NodeWriter, origin: NodeProto) {
    this.#writer = writer;
    this.#origin = origin;
  }

  node(
    type: OnnxOperator,
    inputs: readonly (OnnxValue | null)[],
    attrs: OnnxAttrs = {},
    shape: ShapeLike = null,
  ): OnnxValue {
    return this.nodes(type, inputs, attrs, 1, [], shape)[0] as OnnxValue;
  }

  nodes(
    type: OnnxOperator,
    inputs: readonly (OnnxValue | null)[],
    attrs: OnnxAttrs,
    count: number,
    dtypes: readonly DType[] = [],
    shape: ShapeLike = null,
  ): readonly OnnxValue[] {
    const traits: OperatorTraits = operators[type];
    const decisive = inputs[traits.decisive ?? 0] as OnnxValue;
    const dtype = traits.result === undefined ? decisive.dtype : asDType(traits.result);
    const names = this.#writer.addMany(
      this.#origin,
      type,
      inputs.map((input) => input?.name ?? ""),
      attrs,
      count,
    );
    return names.map((name, i) =>
      this.#writer.note({ name, dtype: dtypes[i] ?? dtype, shape: asShape(shape), constant: null }),
    );
  }

  constant(value: NDArray): OnnxValue {
    return this.#writer.value(this.#writer.constant(value));
  }

  integers(values: readonly number[]): OnnxValue {
    return this.constant(integerArray(values));
  }

  scalar(value: number, dtype: DType): OnnxValue {
    return this.constant(scalarArray(value, dtype));
  }

  cast(value: OnnxValue, dtype: DType): OnnxValue {
    if (value.dtype === dtype) return value;
    return this.nodes("Cast", [value], { to: onnxDataType(dtype) ?? 0 }, 1, [dtype], value.shape)[0] as OnnxValue;
  }
}
