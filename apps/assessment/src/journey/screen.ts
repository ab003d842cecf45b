import type { Grant } from "@tallystick/contract";

/** `unknown`: this page has no proof that the journey is its own; the link gives it a new one. */
export type MessageName = "unknown" | "replaced" | "failed";

/** What the applicant sees. */
export type Screen =
  | { readonly kind: "starting" }
  | { readonly kind: "consent" }
  | {
      readonly kind: "task";
      readonly grant: Grant;
      readonly number: number;
      readonly total: number;
    }
  | { readonly kind: "between"; readonly done: number; readonly total: number }
  | { readonly kind: "finishing" }
  | { readonly kind: "taken_over" }
  | { readonly kind: "message"; readonly name: MessageName }
  | { readonly kind: "leaving" };
