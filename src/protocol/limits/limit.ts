/** Units in which limits are counted, in the plural. */
export type Unit =
  | 'bytes'
  | 'milliseconds'
  | 'times'
  | 'characters'
  | 'lines'
  | 'refs'
  | 'folders'
  | 'objects'
  | 'deltas'
  | 'capabilities'
  | 'items'
  | 'levels'
  | 'requests'
  | 'pages'
  | 'packets';

/** A limit of the program. */
export type Limit = {
  /** Noun phrase for what is counted. */
  readonly of: string;
  /** Largest count that is taken. */
  readonly value: number;
  readonly unit: Unit;
  /** Reason for this number: whole sentences. */
  readonly why: string;
} & Passed;

/** What happens where there is more: an error, or something else that users can see. */
type Passed =
  /** Clause of the error; `{limit}` stands for the number and its unit. */
  | { readonly says: string; readonly does?: never }
  /** Whole sentences about what the program does instead of failing. */
  | { readonly does: string; readonly says?: never };

/** The limits of one part of the program, by name. */
export type Limits = Readonly<Record<string, Limit>>;

export const KIBIBYTE = 1024;
export const MEBIBYTE = 1024 * KIBIBYTE;

/** The number of a limit with its unit, as users read it. */
export function amountOf({ value, unit }: Pick<Limit, 'value' | 'unit'>): string {
  if (unit === 'milliseconds') return `${value / 1000} seconds`;
  if (unit === 'bytes' && value % MEBIBYTE === 0) return `${value / MEBIBYTE} MiB`;
  if (unit === 'bytes' && value % KIBIBYTE === 0) return `${value / KIBIBYTE} KiB`;
  return `${value.toLocaleString('en-US')} ${unit}`;
}

/** A limit beyond which there is an error. */
export type StrictLimit = Limit & { readonly says: string };

/** The clause of the error for more than the limit. */
export function excess(limit: StrictLimit): string {
  return limit.says.replaceAll('{limit}', amountOf(limit));
}
