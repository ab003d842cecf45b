/** Light, dark, or as the system has it; kept in this browser. */
export type Theme = "system" | "light" | "dark";

const KEY = "tallystick-theme";

export function savedTheme(): Theme {
  const value = localStorage.getItem(KEY);
  return value === "light" || value === "dark" ? value : "system";
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") {
    localStorage.removeItem(KEY);
    delete document.documentElement.dataset["theme"];
  } else {
    localStorage.setItem(KEY, theme);
    document.documentElement.dataset["theme"] = theme;
  }
}

/** The other of what is seen now. */
export function otherTheme(): Theme {
  const theme = savedTheme();
  const isDark = theme === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
  return isDark ? "light" : "dark";
}
