import { useState, type FormEvent } from "react";

/** One form's way: busy while it sends, what failed, and what to do on submit. */
export function useSend(send: () => Promise<void>) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    send()
      .catch(setFailure)
      .finally(() => setBusy(false));
  };
  return { isBusy, failure, submit };
}
