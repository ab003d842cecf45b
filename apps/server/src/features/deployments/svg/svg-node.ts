/** A part of the drawing as it is kept. */
export interface SvgNode {
  readonly name: string;
  readonly attributes: Map<string, string>;
  /** Ids it draws or paints with. */
  readonly points: string[];
  readonly children: SvgNode[];
}
