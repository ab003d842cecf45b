import { callForFile } from "./client.ts";
import type { CallOf, OperationName } from "./types.ts";

/**
 * Fetches a file and hands it to the browser to keep. `onProgress`: bytes so far. Aborting the signal ends it on the
 * server too; a file that broke off is thrown away, never kept as if it were whole.
 */
export async function download<N extends OperationName>(
  name: N,
  request: CallOf<N>,
  options: { readonly fileName: string; readonly onProgress: (bytes: number) => void },
): Promise<void> {
  const response = await callForFile(name, request);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    parts.push(part.value);
    bytes += part.value.length;
    options.onProgress(bytes);
  }
  keep(new Blob(parts, { type: response.headers.get("content-type") ?? "application/octet-stream" }), options.fileName);
}

/** The browser's own way of keeping a file. */
export function keep(file: Blob, fileName: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = fileName;
  link.click();
  // The browser has taken it by the next turn; the address would keep the whole file in memory.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
