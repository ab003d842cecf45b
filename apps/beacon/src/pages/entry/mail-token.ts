import { useEffect, useState } from "react";

/**
 * The token behind the `#` of a mail's link, which no server and no log on the way sees. Taken out of the address at
 * once, so that it is neither bookmarked nor sent to a colleague.
 */
export function useMailToken(): string {
  const [token] = useState(() => location.hash.slice(1));
  useEffect(() => {
    if (location.hash !== "") history.replaceState(history.state, "", location.pathname);
  }, []);
  return token;
}
