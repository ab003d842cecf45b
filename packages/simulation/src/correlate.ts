/** A pair of traits and how they go together, −1 … 1. */
export interface TraitCorrelation {
  readonly a: string;
  readonly b: string;
  readonly rho: number;
}

/** Below it a matrix is singular for all that matters here. */
const LEAST_PIVOT = 1e-9;

/** The symmetric matrix of `names`, 1 on the diagonal, 0 where no pair is given. */
export function correlationMatrix(names: readonly string[], pairs: readonly TraitCorrelation[]): number[][] {
  const given = (a: string, b: string): number =>
    pairs.find((pair) => (pair.a === a && pair.b === b) || (pair.a === b && pair.b === a))?.rho ?? 0;
  return names.map((a) => names.map((b) => (a === b ? 1 : given(a, b))));
}

/**
 * Lower triangle L with L·Lᵀ = `matrix` (Cholesky; Golub & Van Loan 2013, §4.2), or null when the matrix is not
 * positive definite: no people can have such correlations.
 */
export function cholesky(matrix: readonly (readonly number[])[]): number[][] | null {
  const lower: number[][] = [];
  for (const [row, values] of matrix.entries()) {
    const line: number[] = [];
    for (let column = 0; column < row; column += 1) {
      const known = dot(line, lower[column] ?? [], column);
      line.push(((values[column] ?? NaN) - known) / (lower[column]?.[column] ?? NaN));
    }
    const pivot = (values[row] ?? NaN) - dot(line, line, row);
    if (!(pivot > LEAST_PIVOT)) return null;
    lower.push([...line, Math.sqrt(pivot)]);
  }
  return lower;
}

/** Independent standard normals in, correlated ones out: L·x. */
export function correlated(lower: readonly (readonly number[])[], independent: readonly number[]): number[] {
  return lower.map((line) => dot(line, independent, line.length));
}

function dot(a: readonly number[], b: readonly number[], length: number): number {
  let sum = 0;
  for (let index = 0; index < length; index += 1) sum += (a[index] ?? NaN) * (b[index] ?? NaN);
  return sum;
}
