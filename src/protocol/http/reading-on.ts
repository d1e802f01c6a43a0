import type { Duplex } from 'node:stream';

/** Milliseconds within which what the far end said before it closed is read. */
const READING_MS = 2_000;

type OnWritten = (error?: NodeJS.ErrnoException | null) => void;

/** Errors of writing to a connection that the far end has closed. */
const CLOSED: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET', 'ECONNABORTED']);

/**
 * Has a connection read on where it cannot write any more. A server that answers before it has read the whole request
 * may close at once; then a write fails while the answer, which says why, is here but not read. Node.js would throw it
 * away. Here a write that failed is only told once the other direction has ended.
 */
export function readingOn<Connection extends Duplex>(connection: Connection): Connection {
  const held = (done: OnWritten): OnWritten => {
    return (error) => {
      if (error === null || error === undefined || connection.destroyed || !CLOSED.has(error.code)) done(error);
      else tellLater(connection, () => done(error));
    };
  };
  const write = connection._write.bind(connection);
  connection._write = (chunk, encoding, done) => write(chunk, encoding, held(done));
  const writeSeveral = connection._writev?.bind(connection);
  if (writeSeveral !== undefined) connection._writev = (chunks, done) => writeSeveral(chunks, held(done));
  return connection;
}

function tellLater(connection: Duplex, tell: () => void): void {
  const ending = ['end', 'close'];
  const timer = setTimeout(end, READING_MS);
  function end(): void {
    clearTimeout(timer);
    for (const event of ending) connection.off(event, end);
    tell();
  }
  for (const event of ending) connection.once(event, end);
}
