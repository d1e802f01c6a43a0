import { packet } from '../src/protocol/wire/pkt-line.js';
import { anyOf, below, mutateBytes, type Random } from './bytes.js';
import { LARGEST_INPUT } from './target.js';
import { TOKENS } from './tokens.js';

const LONGEST_PAYLOAD = 65516;
const CONTROLS = ['0000', '0001', '0002', '0003', '0004'];

/** A packet of its payload, or bytes that stand as they are. */
type Piece = { readonly payload: Buffer } | { readonly raw: Buffer };

/** Changes packets, and keeps their lengths right. */
export function mutatePackets(bytes: Buffer, others: readonly Buffer[], random: Random): Buffer {
  const pieces = piecesOf(bytes);
  const foreign = others.length === 0 ? pieces : piecesOf(anyOf(random, others));
  const at = below(random, pieces.length);
  const chosen: Piece = pieces[at] ?? { raw: Buffer.alloc(0) };
  const change = below(random, 9);
  if (change <= 3 && 'payload' in chosen) {
    const payloads = pieces.flatMap((piece) => ('payload' in piece ? [piece.payload] : []));
    pieces[at] = { payload: mutateBytes(chosen.payload, payloads, random) };
  } else if (change === 4) pieces.splice(at, 1);
  else if (change === 5) pieces.splice(at, 0, ...repeated(chosen, random));
  else if (change === 6) pieces.splice(at, 0, { raw: Buffer.from(anyOf(random, CONTROLS)) });
  else if (change === 7) pieces.splice(at, 0, { payload: anyOf(random, TOKENS) });
  else pieces.splice(at, below(random, 2), foreign[below(random, foreign.length)] ?? chosen);
  return Buffer.concat(pieces.map(bytesOf));
}

function repeated(piece: Piece, random: Random): Piece[] {
  const most = Math.floor(LARGEST_INPUT / Math.max(4, bytesOf(piece).length));
  return Array.from({ length: random() < 0.8 ? 1 : most }, () => piece);
}

function piecesOf(bytes: Buffer): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < bytes.length) {
    const digits = bytes.toString('latin1', at, at + 4);
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : NaN;
    if (length >= 4 && at + length <= bytes.length) pieces.push({ payload: bytes.subarray(at + 4, at + length) });
    else if (length < 3) pieces.push({ raw: bytes.subarray(at, at + 4) });
    else break;
    at += Math.max(4, length);
  }
  return at < bytes.length ? [...pieces, { raw: bytes.subarray(at) }] : pieces;
}

function bytesOf(piece: Piece): Buffer {
  return 'raw' in piece ? piece.raw : packet(piece.payload.subarray(0, LONGEST_PAYLOAD));
}
