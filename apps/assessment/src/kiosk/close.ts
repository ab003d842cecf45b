export interface CloseDeps {
  readonly staffScreen: string;
  /** Nothing waits to be sent. */
  readonly isSent: () => boolean;
  readonly fetch: (address: string) => Promise<{ readonly ok: boolean }>;
  readonly sleep: (ms: number) => { readonly done: Promise<void> };
  readonly forget: () => void;
  /** Goes to an address in place of this page. */
  readonly replace: (address: string) => void;
}

const LOOK_MS = 500;
/** What could not be sent until then is dropped: the interrupted game starts again anyway. */
const LONGEST_LOOKS = 30;
const RETRY_MS = 2_000;

/** Leaves a journey that nobody plays any more: sends what is left, waits for the network, forgets, makes room. */
export async function closeJourney(deps: CloseDeps): Promise<void> {
  for (let looks = 0; looks < LONGEST_LOOKS && !deps.isSent(); looks += 1) await deps.sleep(LOOK_MS).done;
  // Without network the browser would show its own page, which has no way back.
  while (!(await answers(deps))) await deps.sleep(RETRY_MS).done;
  deps.forget();
  deps.replace(deps.staffScreen);
}

async function answers({ fetch, staffScreen }: CloseDeps): Promise<boolean> {
  try {
    return (await fetch(staffScreen)).ok;
  } catch {
    return false;
  }
}
