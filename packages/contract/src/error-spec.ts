/** One entry of the table of error codes. */
export interface ErrorSpec {
  readonly status: number;
  readonly title: string;
  /** The way out, shown on the code's page under `/docs/errors/<code>`. */
  readonly mend: string;
}

export type ErrorTable = Readonly<Record<string, ErrorSpec>>;

/** What an answer with a code reads like. `extra` are members beside detail, code and request_id. */
export interface ErrorExample {
  readonly detail: string;
  readonly extra?: Readonly<Record<string, unknown>>;
  /** More than `mend` can say in a sentence; Markdown, shown on the code's page. */
  readonly note?: string;
}

export type ExampleTable<Code extends string> = Readonly<Record<Code, ErrorExample>>;
