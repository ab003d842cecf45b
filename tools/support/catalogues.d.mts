type Text = string | Readonly<Record<string, string>>;

export interface Catalogue {
  readonly folder: string;
  readonly languages: Readonly<Record<string, Readonly<Record<string, Text>>>>;
  /** Sources in which its keys are used, and in which words stand that fill the gaps of a pattern. */
  readonly text: string;
  readonly names: string;
}

export declare function catalogueFaults(root: string): string[];
export declare function readCatalogues(root: string): Catalogue[];
export declare function faultsOf(catalogue: Catalogue): string[];
