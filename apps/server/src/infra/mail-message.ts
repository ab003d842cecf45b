/** A message to one person, twice the same: as plain text and as simple HTML without pictures or tracking. */
export interface Mail {
  /** What it is about, for log and outbox: `invitation`, `password_reset`, … */
  readonly kind: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}
