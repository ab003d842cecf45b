import { Sender, type SenderDeps, type SenderEvents } from "./sender.ts";

/**
 * Sends what earlier pages of this session left behind, each queue under its own run and epoch, before the journey is
 * opened again: opening raises the epoch and makes the old one worthless. A queue that the server refuses (taken over,
 * replaced, ended) is dropped, because nothing in it can count any more. Waits as long as there is no network.
 */
export async function flushEarlierPages(
  deps: SenderDeps,
  sessionId: string,
  events: Pick<SenderEvents, "onReachable"> & {
    readonly onSender?: (wake: () => void) => void;
  } = {},
): Promise<void> {
  for (const { key, operations } of deps.store.load(sessionId)) {
    const { onSender, ...senderEvents } = events;
    const sender = new Sender(deps, key, { waiting: operations, events: senderEvents });
    onSender?.(() => {
      sender.wake();
    });
    await sender.settled();
  }
}
