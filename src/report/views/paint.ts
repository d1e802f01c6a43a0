/** Puts a text into a colour of a terminal (ECMA-48, "Select Graphic Rendition"). */
export type Paint = (text: string, colour: number) => string;

/** For terminals. */
export const coloured: Paint = (text, colour) => `\u001b[${colour}m${text}\u001b[0m`;

/** For logs and files. */
export const plain: Paint = (text) => text;
