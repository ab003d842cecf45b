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
 * in place of this page's. Rejects without network; null when the server does not accept the token.
 */
export async function fetchPage(address: string, token: string): Promise<PageData | null> {
  const response = await fetch(address, {
    headers: { [JOURNEY_HEADER]: token },
    cache: "no-store",
  });
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

/** The lender's colour, with black or white on it, whichever is read better (WCAG 2 relative luminance). */
export function applyAccent(accent: string | null): void {
  if (accent === null || !/^#[0-9a-f]{6}$/i.test(accent)) return;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((from) => {
    const part = parseInt(accent.slice(from, from + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const style = document.documentElement.style;
  style.setProperty("--accent", accent);
  // Equal contrast with black and white lies at sqrt(1.05 × 0.05) − 0.05.
  style.setProperty("--on-accent", luminance > 0.179 ? "#000000" : "#ffffff");
}
