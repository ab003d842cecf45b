import { useState } from "react";

import { saveFile } from "./save-file.ts";

/** A file the server makes: busy while it comes, and what failed. `fetchFile` goes through the sign-in if need be. */
export function useDownload() {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const download = async (fallbackName: string, fetchFile: () => Promise<Response>): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      const response = await fetchFile();
      saveFile(nameOf(response) ?? fallbackName, await response.blob());
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, failure, download };
}

function nameOf(response: Response): string | null {
  return /filename="([^"/\\]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? null;
}
