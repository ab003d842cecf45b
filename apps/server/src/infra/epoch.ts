/** Times on the wire are whole seconds since 1970, UTC. */
export function epochSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

export function epochSecondsOrNull(at: Date | null): number | null {
  return at === null ? null : epochSeconds(at);
}
