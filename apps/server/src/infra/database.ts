/** The narrow waist to PostgreSQL: plain SQL, typed rows, explicit transactions. */
export interface Queryable {
  /** `name` prepares the statement once per connection; use it on hot paths. */
  query<Row>(sql: string, values?: readonly unknown[], options?: { readonly name: string }): Promise<readonly Row[]>;
}

export interface Transaction extends Queryable {
  /** Runs after a successful commit, in this process; never after a roll-back. */
  afterCommit(work: () => void): void;
}

export interface Database extends Queryable {
  /** BEGIN … COMMIT; any throw rolls back and is thrown on. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
