/** Hands the browser a file that this page made or was answered. `content` is never sent anywhere. */
export function saveFile(name: string, content: string | Blob, type = "application/octet-stream"): void {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by then; kept longer it would only hold memory.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
