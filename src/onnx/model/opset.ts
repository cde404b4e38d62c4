/**
 * The one version of ONNX that is written. Not which operators a runtime has: that is `operators.ts`.
 *
 * Opset 21 with IR version 10 is ONNX 1.16 of March 2024, chosen in November 2026: every ONNX Runtime since 1.18 reads it, natively and
 * in the browser, and nothing that the rules need came later. docs/decisions/0005-onnx-lowering.md has the alternatives.
 */

/** The version of ONNX's own operators. */
export const OPSET_VERSION = 21;

/** The version of the file format that belongs to it. */
export const IR_VERSION = 10;
