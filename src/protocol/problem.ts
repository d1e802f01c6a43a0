/** Reason why a text that a user gave cannot be used: a clause that follows the text, or its name, without a full stop. */
export class Problem extends Error {}
