import type { ServerResponse } from 'node:http';
import { createBrotliCompress, createDeflate, createDeflateRaw, createGzip } from 'node:zlib';
import type { Transform } from 'node:stream';
import type { Choice, Intercept } from './faults.js';

/** Ways to compress an answer, by the word for them in `Content-Encoding`. */
export const ENCODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGzip,
  'x-gzip': createGzip,
  deflate: createDeflate,
  'raw deflate': createDeflateRaw,
  br: createBrotliCompress,
};

/** Compresses the answers to the chosen requests, as some caches do whatever they are asked for. */
export function compressing(chosen: Choice, coding: string): Intercept {
  return (_request, response, seen) => {
    if (chosen(seen)) compress(response, coding);
    return false;
  };
}

/** Has all that is written to an answer compressed. */
export function compress(response: ServerResponse, coding: string): void {
  const encoder = ENCODERS[coding]?.();
  if (encoder === undefined) throw new Error(`no such coding: ${coding}`);
  const [write, end] = [response.write.bind(response), response.end.bind(response)];
  response.setHeader('Content-Encoding', coding.replace('raw ', ''));
  response.write = ((chunk: Buffer) => encoder.write(chunk)) as typeof response.write;
  response.end = ((chunk?: Buffer | string) => {
    encoder.end(chunk);
    return response;
  }) as typeof response.end;
  encoder.on('data', (chunk: Buffer) => void write(chunk));
  encoder.on('drain', () => void response.emit('drain'));
  encoder.once('end', () => void end());
}
