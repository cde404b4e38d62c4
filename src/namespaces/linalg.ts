/** TensorFlow's namespace `tf.linalg`, as far as it goes. */
export {
  diag as tensorDiag,
  diagPart as tensorDiagPart,
  eye,
  matrixBandPart as bandPart,
  matrixDiag as diag,
  matrixDiagPart as diagPart,
  matrixSetDiag as setDiag,
} from "../ops/diag.ts";
export { matmul, qr } from "../ops/matmul.ts";
export { matvec, tensordot } from "../ops/tensordot.ts";
export { matrixTranspose as transpose } from "../ops/transpose.ts";
