/** A pause that can be cut short. */
export function sleep(ms: number): { readonly done: Promise<void>; readonly wake: () => void } {
  let wake = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return {
    done,
    wake: () => {
      wake();
    },
  };
}
