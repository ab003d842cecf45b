/** What people read of a trait. The keys are the wire protocol's; a model of a lender's own may have others. */

export interface TraitWords {
  readonly title: string;
  readonly words: string;
  readonly high: string;
  readonly low: string;
}

const WORDS: Readonly<Record<string, TraitWords>> = {
  patience: {
    title: "Patience",
    words: "Choosing a larger sum later over a smaller one today. It may be income now, not character.",
    high: "The larger sum later was chosen more often than by most people.",
    low: "The smaller sum sooner was chosen more often than by most people.",
  },
  self_control: {
    title: "Self-control",
    words: "Describing oneself as planning and holding back.",
    high: "Answers described more habits of planning and holding back than those of most people.",
    low: "Answers described fewer habits of planning and holding back than those of most people.",
  },
  optimism: {
    title: "Sense of control",
    words: "The belief that what one does changes how things turn out. It is not cheerfulness.",
    high: "Answers described more influence on how things turn out than those of most people.",
    low: "Answers described less influence on how things turn out than those of most people.",
  },
  attention: {
    title: "Evenness of attention",
    words: "How even the response times were in quick taps. It says nothing of anybody's health.",
    high: "Response times varied less than those of most people.",
    low: "Response times varied more than those of most people.",
  },
  risk_taking: {
    title: "Risk taking",
    words: "How far somebody goes on at the card table before stopping.",
    high: "More boxes were opened before stopping than by most people.",
    low: "Fewer boxes were opened before stopping than by most people.",
  },
  planning: {
    title: "Planning",
    words: "Time taken before the first move of a path puzzle.",
    high: "More time was taken before the first move than by most people.",
    low: "Less time was taken before the first move than by most people.",
  },
  reflection: {
    title: "Reflection",
    words: "Passing over a tempting wrong answer. It follows schooling.",
    high: "The tempting answer was given less often than by most people.",
    low: "The tempting answer was given more often than by most people.",
  },
  memory: {
    title: "Memory",
    words: "Length of a sequence that is repeated. It follows schooling.",
    high: "Longer sequences were repeated than by most people.",
    low: "Shorter sequences were repeated than by most people.",
  },
};

/** One of a lender's own model is called by its key. */
export function traitWords(key: string): TraitWords {
  const known = WORDS[key];
  if (known !== undefined) return known;
  const title = key.charAt(0).toUpperCase() + key.slice(1).replaceAll("_", " ");
  return { title, words: "A trait of your own model.", high: `Much of it: ${title}.`, low: `Little of it: ${title}.` };
}
