/** A pkt-line, made by hand: tests of the reader must not lean on the writer they test. */
export function pkt(payload: string | Buffer): Buffer {
  const bytes = Buffer.from(payload);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
}

/** The flush packet. */
export const flush = Buffer.from('0000');

/** A whole message: pkt-lines, then a flush. */
export function message(...payloads: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat([...payloads.map(pkt), flush]);
}

/** What a smart HTTP server says before it advertises. */
export function serviceLine(service: 'git-upload-pack' | 'git-receive-pack'): Buffer {
  return message(`# service=${service}\n`);
}
