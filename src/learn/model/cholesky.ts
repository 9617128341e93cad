/**
 * Linear algebra for the posterior: symmetric positive definite matrices of some hundred rows, row by row in one array.
 * Textbook Cholesky (Golub and Van Loan, Matrix Computations, 4th ed., §4.2); no dependency does just this.
 */

/** The lower triangle L with L·Lᵀ = `matrix`, in place of it. @throws RangeError when it is not positive definite */
export function factorise(matrix: Float64Array, n: number): Float64Array {
  for (let row = 0; row < n; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = at(matrix, row * n + column);
      for (let k = 0; k < column; k += 1) sum -= at(matrix, row * n + k) * at(matrix, column * n + k);
      if (row === column) {
        if (!(sum > 0)) throw new RangeError('The matrix is not positive definite.');
        matrix[row * n + row] = Math.sqrt(sum);
      } else matrix[row * n + column] = sum / at(matrix, column * n + column);
    }
  }
  return matrix;
}

/** Solves L·x = b, in place of `b`. */
export function forward(lower: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let row = 0; row < n; row += 1) {
    let sum = at(b, row);
    for (let k = 0; k < row; k += 1) sum -= at(lower, row * n + k) * at(b, k);
    b[row] = sum / at(lower, row * n + row);
  }
  return b;
}

/** Solves Lᵀ·x = b, in place of `b`. */
export function backward(lower: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let row = n - 1; row >= 0; row -= 1) {
    const value = at(b, row) / at(lower, row * n + row);
    b[row] = value;
    for (let k = 0; k < row; k += 1) b[k] = at(b, k) - at(lower, row * n + k) * value;
  }
  return b;
}

const at = (array: Float64Array, index: number): number => array[index] as number;
