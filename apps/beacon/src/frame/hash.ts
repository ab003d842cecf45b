import { useLocation, useNavigate } from "@tanstack/react-router";

/**
 * The uid of the address, `#uid=APP-47`. Behind the hash it reaches no server and no log on the way, and still can be
 * bookmarked and walked back to.
 */
export function useUidOfAddress(): readonly [uid: string, set: (uid: string) => void] {
  const hash = useLocation({ select: (location) => location.hash });
  const navigate = useNavigate();
  const uid = new URLSearchParams(hash).get("uid") ?? "";
  const set = (next: string): void => {
    void navigate({ to: ".", search: true, replace: true, ...(next === "" ? {} : { hash: hashOfUid(next) }) });
  };
  return [uid, set];
}

export function hashOfUid(uid: string): string {
  return `uid=${encodeURIComponent(uid)}`;
}
