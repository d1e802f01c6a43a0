import { Broken, type Target } from './target.js';

/** Result of one input. */
export interface Judgement {
  /** Tells results, and errors, of different kinds apart. */
  readonly shape: string;
  /** Set where the parser did something that it must not: what, and where. */
  readonly fault?: string;
}

/** Runs a parser on an input. */
export async function judge({ run, errors }: Target, input: Buffer): Promise<Judgement> {
  try {
    return { shape: shapeOf(await run(input), 0) };
  } catch (error) {
    if (errors.some((one) => error instanceof one)) return { shape: outline(error) };
    return { shape: 'fault', fault: faultOf(error) };
  }
}

const DEEPEST = 4;
const MOST_ITEMS = 8;

/** The shape of a value: its fields, and the magnitude of lengths and numbers. */
function shapeOf(value: unknown, depth: number): string {
  if (typeof value === 'string') return `s${magnitude(value.length)}`;
  if (typeof value === 'number') return `n${magnitude(Math.abs(value))}`;
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return String(value);
  if (Buffer.isBuffer(value)) return `b${magnitude(value.length)}`;
  if (value instanceof Error) return outline(value);
  if (value instanceof Map || value instanceof Set) return shapeOf([...(value as Set<unknown>)], depth);
  const items = Object.entries(value as Record<string, unknown>);
  const parts = items
    .slice(0, MOST_ITEMS)
    .map(([name, item]) => `${Array.isArray(value) ? '' : name}${shapeOf(item, depth + 1)}`);
  return `{${magnitude(items.length)}:${[...new Set(parts)].join(',')}}`;
}

function magnitude(number: number): number {
  return Number.isFinite(number) ? Math.ceil(Math.log2(number + 1)) : -1;
}

const LONGEST_OUTLINE = 160;

/** An error's class and message, without what comes from the input. */
function outline(error: unknown): string {
  const { name, message } = error as Error;
  const words = message
    .replace(/"[^"]*"|\d+/g, '…')
    .replace(/\s+/g, ' ')
    .slice(0, LONGEST_OUTLINE);
  return `${name}: ${words}`;
}

/** The kind of an error that a parser must not throw, and its place. */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error) && !(error as Partial<Error> | undefined)?.stack) return `throws ${String(error)}`;
  const { stack = '' } = error as Error;
  const at = /^\s+at .*?(?:src|targets)\/([\w/-]+\.[jt]s):\d+/m.exec(stack)?.[1] ?? 'unknown';
  return error instanceof Broken ? outline(error) : `${outline(error)} (${at})`;
}
