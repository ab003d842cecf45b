import { useState } from "react";

import { download } from "./download.ts";
import type { CallOf, OperationName } from "./types.ts";

/** For a button that fetches a file: busy while it comes, and what failed. */
export function useDownload() {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const start = <N extends OperationName>(name: N, request: CallOf<N>, fileName: string): void => {
    setBusy(true);
    setFailure(null);
    download(name, request, { fileName, onProgress: () => undefined })
      .catch(setFailure)
      .finally(() => setBusy(false));
  };
  return { isBusy, failure, start };
}
