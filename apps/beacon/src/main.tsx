import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/kit.css";
import "./styles/words.css";
import "./styles/tables.css";
import "./styles/overlays.css";
import "./styles/frame.css";
import { createQueryClient } from "./api/queries.ts";
import { applyTheme, savedTheme } from "./frame/theme.ts";
import { createAppRouter } from "./router.tsx";

// After an upgrade the parts of the old build are gone; the page comes back with the new one.
// Without a connection there would be nothing to load: frame/lazy-page.ts says so.
addEventListener("vite:preloadError", () => {
  if (navigator.onLine) location.reload();
});
applyTheme(savedTheme());
const place = document.querySelector("#app");
if (place === null) throw new Error("The page has no place for the dashboard");
const client = createQueryClient();
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={createAppRouter(client)} />
    </QueryClientProvider>
  </StrictMode>,
);
