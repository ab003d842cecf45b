/** What tasks, traits and flags are called. A key of a newer version than this page is shown as it is. */

const TASKS: Partial<Record<string, string>> = {
  balloons: "Balloons",
  block_memory: "Block memory",
  cards: "Card table",
  money_choices: "Now or later",
  number_sense: "Number sense",
  quick_taps: "Quick taps",
  statements: "Everyday statements",
  tower: "Path puzzle",
};

export function taskName(key: string): string {
  return TASKS[key] ?? plain(key);
}

const TRAITS: Partial<Record<string, string>> = {
  score: "Score",
  patience: "Patience",
  self_control: "Self-control",
  optimism: "Sense of control",
  attention: "Evenness of attention",
  risk_taking: "Risk taking",
  planning: "Planning",
  reflection: "Reflection",
  memory: "Memory",
};

export function traitName(key: string): string {
  return TRAITS[key] ?? plain(key);
}

/** As the shipped model says them; about the data, never about the person. */
const FLAGS: Partial<Record<string, string>> = {
  inconsistent_choices:
    "The choices between smaller and larger sums contradict each other more often than almost everybody's do.",
  low_engagement: "Many taps were on the wrong side: the task may not have been understood, or not been looked at.",
  infrequency_failed:
    "A statement that cannot be true of anybody was agreed to, or the choice with one plainly better answer was answered the other way.",
  mirrored_mismatch: "Two statements that say the opposite of each other were answered as if they said the same.",
  fast_responses: "Many choices and statements were answered faster than anybody can read.",
  uniform_responses: "The same side was pressed nearly throughout, or the sides in strict turn.",
  regular_timing: "The taps follow each other more evenly than a hand can.",
  exact_positions: "Nearly all taps hit the very same point.",
  synthetic_input: "The browser reports automation, or presses that no finger made.",
  scripted_input: "The sandbox played it: its input is made by a script.",
  foresight: "Hidden losses were avoided far more often than anybody can who does not know where they lie.",
  pointer_unnatural: "The mouse moved in perfectly straight lines, or jumped from one place to the next.",
  long_interruptions: "The page was hidden for more than 20 seconds in all, or a task had to start over.",
  second_device: "The journey moved to another device or window.",
  repeated_attempts: "Earlier starts of the same journey exist.",
  near_duplicate_uid:
    "Another journey was opened within 30 days under a uid that differs only in case, _ or leading zeros (APP-7, app_007): probably the same person, who has practised.",
  accessible_path:
    "Keyboard, switch or screen reader. A note, not a doubt: it costs nothing, and timed traits are left out.",
  replay_mismatch: "What the page sent does not replay to what it showed. A mix of versions can look the same.",
};

export function flagSentence(key: string): string {
  return FLAGS[key] ?? plain(key);
}

const DEVICES: Partial<Record<string, string>> = {
  phone: "Phone",
  tablet: "Tablet",
  computer: "Computer",
  unknown: "Not known",
};

export function deviceName(key: string): string {
  return DEVICES[key] ?? plain(key);
}

const LANGUAGES = new Intl.DisplayNames("en", { type: "language" });

/** `sw` → `Swahili`. */
export function languageName(tag: string): string {
  try {
    return LANGUAGES.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

function plain(key: string): string {
  const words = key.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
