function motionsIn(room: HTMLElement | null): readonly Animation[] {
  return room?.getAnimations({ subtree: true }) ?? [];
}

/** What moves in the picture goes as fast as the playback, and stands while it stands. */
export function followMotion(
  room: HTMLElement | null,
  { playing, speed }: { readonly playing: boolean; readonly speed: number },
): void {
  for (const motion of motionsIn(room)) {
    if (motion.playbackRate !== speed) motion.playbackRate = speed;
    if (playing && motion.playState === "paused") motion.play();
    if (!playing && motion.playState === "running") motion.pause();
  }
}

/** After a jump nothing is on its way any more, but for what moves for ever. */
export function finishMotion(room: HTMLElement | null): void {
  for (const motion of motionsIn(room)) {
    if (motion.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY) motion.finish();
  }
}
