import { Matrix, pseudoInverse, SingularValueDecomposition } from 'ml-matrix';

/** Least squares whose residuals are relative: a point of 100 ns counts as much as one of 100 ms. */
export interface RelativeFit {
  /** Row by row, what turns measured values into coefficients; the weights are those of the values fitted. */
  readonly solver: readonly (readonly number[])[];
  readonly coefficients: readonly number[];
  /** Share of the weighted variance that the fit explains; null where the values do not vary. */
  readonly r2: number | null;
  /** Largest |value - fit| / value. */
  readonly worstResidual: number;
}

/** Beyond this, columns cannot be told apart. */
const worstCondition = 1e8;

/**
 * Fits values to the sum of the columns times their coefficients. Values below 1 weigh as 1.
 * Null: the columns cannot be told apart, or there are fewer values than columns.
 */
export function fitRelative(
  rows: readonly (readonly number[])[],
  values: readonly number[],
  columns: number,
): RelativeFit | null {
  if (values.length < columns) return null;
  const weights = values.map((value) => 1 / Math.max(1, value));
  const weighted = new Matrix(rows.map((row, i) => row.map((entry) => entry * (weights[i] as number))));
  const norms = Array.from({ length: columns }, (_, column) => weighted.getColumnVector(column).norm());
  const scaled = weighted.divRowVector(norms);
  if (!(new SingularValueDecomposition(scaled).condition < worstCondition)) return null;
  const solver = pseudoInverse(scaled).divColumnVector(norms).mulRowVector(weights).to2DArray();
  const coefficients = solver.map((row) => dot(row, values));
  const fitted = rows.map((row) => dot(row, coefficients));
  const residuals = values.map((value, i) => (value - (fitted[i] as number)) * (weights[i] as number));
  const r2 = explained(residuals, values, weights);
  return { solver, coefficients, r2, worstResidual: Math.max(...residuals.map(Math.abs)) };
}

/** The sum of the products of what is at the same place in both; `b` is at least as long as `a`. */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function explained(residuals: readonly number[], values: readonly number[], weights: readonly number[]): number | null {
  const squares = weights.map((weight) => weight * weight);
  const mean = dot(squares, values) / squares.reduce((sum, square) => sum + square, 0);
  const deviations = values.map((value, i) => (value - mean) * (weights[i] as number));
  const total = dot(deviations, deviations);
  return total === 0 ? null : 1 - dot(residuals, residuals) / total;
}
