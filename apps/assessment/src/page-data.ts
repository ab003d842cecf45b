import { JOURNEY_HEADER } from "./journey/client.ts";
import { APP_ID, PAGE_DATA_ID, type PageData, TOKEN_FRAGMENT } from "./page-contract.ts";

/** Takes the journey token out of the address before anything else can see, log or share it. */
export function takeToken(): string | null {
  if (!location.hash.startsWith(TOKEN_FRAGMENT)) return null;
  const token = location.hash.slice(TOKEN_FRAGMENT.length);
  history.replaceState(null, "", location.pathname + location.search);
  return token === "" ? null : token;
}

/** null on a page that the server did not make for a journey. */
export function readPageData(root: Document = document): PageData | null {
  const text = root.getElementById(PAGE_DATA_ID)?.textContent ?? "";
  if (text === "") return null;
  // The server that sent this script wrote it, by the same page contract.
  return JSON.parse(text) as PageData;
}

/**
 * For browsers that refuse the cookie: asks for an address of this journey with the token as proof and puts its content
 * in place of this page's. Rejects without network and while the server is away; null when the server does not accept the token.
 */
export async function fetchPage(address: string, token: string): Promise<PageData | null> {
  const response = await fetch(address, {
    headers: { [JOURNEY_HEADER]: token },
    cache: "no-store",
  });
  // Away for a moment or too many at once: the same question again, as without network.
  if (response.status >= 500 || response.status === 429) throw new Error("the page can not be had now");
  if (!response.ok) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const data = readPageData(page);
  if (data === null || data.screen === "shell") return null;
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  document.documentElement.dir = page.documentElement.dir;
  for (const id of [APP_ID, PAGE_DATA_ID]) {
    const fresh = page.getElementById(id);
    if (fresh !== null) document.getElementById(id)?.replaceWith(fresh);
  }
  return data;
}

/** The lender's colours, for a page whose own style could not carry them. */
export function applyAccent(accent: PageData["accent"]): void {
  if (accent === null) return;
  const { style } = document.documentElement;
  for (const scheme of ["light", "dark"] as const) {
    style.setProperty(`--lender-fill-${scheme}`, accent[scheme].fill);
    style.setProperty(`--lender-text-${scheme}`, accent[scheme].text);
  }
}
