import { useLocation } from "@tanstack/react-router";

/** A uid stands behind `#`, which browsers never send: path and query are logged on the way. */
const KEY = "uid";

export function readUidHash(hash: string): string | undefined {
  const uid = new URLSearchParams(hash).get(KEY)?.trim() ?? "";
  return uid === "" ? undefined : uid;
}

/** For a link's or a navigation's `hash`. */
export function writeUidHash(uid: string | undefined): string {
  return uid === undefined || uid === "" ? "" : new URLSearchParams({ [KEY]: uid }).toString();
}

export function useUidHash(): string | undefined {
  return readUidHash(useLocation({ select: (location) => location.hash }));
}
