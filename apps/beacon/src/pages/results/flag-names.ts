/** What a flag is called in a list; its sentence stands beside the result. The keys are the shipped model's signals. */
export const FLAGS = [
  { value: "inconsistent_choices", label: "Choices contradict each other" },
  { value: "low_engagement", label: "Many taps on the wrong side" },
  { value: "infrequency_failed", label: "Check questions answered oddly" },
  { value: "fast_responses", label: "Answered faster than one can read" },
  { value: "uniform_responses", label: "The same side throughout" },
  { value: "regular_timing", label: "Taps more even than a hand's" },
  { value: "exact_positions", label: "Taps on the very same point" },
  { value: "synthetic_input", label: "Input not made by a person" },
  { value: "scripted_input", label: "Input not made by a person (sandbox)" },
  { value: "pointer_unnatural", label: "Pointer moves unlike a hand" },
  { value: "long_interruptions", label: "Long interruptions" },
  { value: "second_device", label: "Second device or window" },
  { value: "repeated_attempts", label: "Started more than once" },
  { value: "near_duplicate_uid", label: "uid close to another" },
  { value: "mirrored_mismatch", label: "Mirrored statements disagree" },
  { value: "foresight", label: "Knew what would come" },
] as const satisfies readonly { readonly value: string; readonly label: string }[];

/** Not of the model: what the server itself notes. */
const NOTES: Readonly<Record<string, string | undefined>> = {
  accessible_path: "Keyboard or screen reader",
  replay_mismatch: "The replay differs",
};

export function flagName(key: string): string {
  return FLAGS.find(({ value }) => value === key)?.label ?? NOTES[key] ?? key.replaceAll("_", " ");
}
