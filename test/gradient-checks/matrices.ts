/** Determinants, solutions, factors and diagonals. */
import { c, d, type GradientCheck, i, l, op, symmetric } from "./case.ts";

const tall = [
  [1.5, 0.5],
  [0.25, 2],
  [-0.5, 1.5],
];
const wide = [
  [1.5, 0.5, 0.25],
  [-0.5, 2, 0.75],
];

export const matrices: readonly GradientCheck[] = [
  op("MatrixDeterminant", [symmetric]),
  op("LogMatrixDeterminant", [symmetric]),
  op("MatrixInverse", [symmetric]),
  op("MatrixSolve", [symmetric, [[1], [2], [0.5]]]),
  // A matrix with more rows, and one with more columns.
  op("MatrixSolveLs", [tall, [[1], [2], [0.5]], d(0.25)]),
  op("MatrixSolveLs", [wide, [[1], [2]], d(0.25)]),
  op("MatrixTriangularSolve", [symmetric, [[1], [2], [0.5]]]),
  op("Qr", [
    [
      [1, 0.5],
      [0.25, 2],
      [-0.5, 1.5],
    ],
  ]),
  op("Diag", [[1, 2]]),
  op("DiagPart", [
    [
      [1, 2],
      [3, 4],
    ],
  ]),
  op("MatrixDiag", [[1, 2]]),
  op("MatrixDiagPart", [
    [
      [1, 2],
      [3, 4],
    ],
  ]),
  op("MatrixSetDiag", [
    [
      [1, 2],
      [3, 4],
    ],
    [5, 6],
  ]),
  ...["V2", "V3"].flatMap((version) => [
    op(`MatrixDiag${version}`, [[1, 2], i(1), i(3), i(3), c(0)]),
    op(`MatrixDiagPart${version}`, [
      [
        [1, 2],
        [3, 4],
      ],
      i([-1, 0]),
      c(0),
    ]),
    op(`MatrixSetDiag${version}`, [
      [
        [1, 2],
        [3, 4],
      ],
      [5],
      i(1),
    ]),
  ]),
  op("MatrixBandPart", [
    [
      [1, 2],
      [3, 4],
    ],
    l(0),
    l(1),
  ]),
];
