import type { GitHttpServer } from './git-http-server.js';

/** What one push asked for. */
export interface SeenPush {
  /** The ref update commands in their order: `create refs/heads/main`, `update …`, `delete …`. */
  readonly commands: readonly string[];
  /** The bytes behind the commands: the pack. */
  readonly packBytes: number;
  /** The objects in the pack. */
  readonly objects: number;
}

/** The pushes that a server saw. Commands beyond what it keeps of a request are not seen. */
export function pushesSeenBy(server: GitHttpServer): SeenPush[] {
  return server.requests
    .filter(({ method, path }) => method === 'POST' && path.endsWith('/git-receive-pack'))
    .map(({ body, received }) => {
      const commands: string[] = [];
      let at = 0;
      for (let length = lengthAt(body, at); length > 0; length = lengthAt(body, at)) {
        commands.push(command(body.toString('utf8', at + 4, at + length)));
        at += length;
      }
      return { commands, packBytes: received - at - 4, objects: objectsIn(body.subarray(at + 4)) };
    });
}

function objectsIn(pack: Buffer): number {
  return pack.toString('latin1', 0, 4) === 'PACK' ? pack.readUInt32BE(8) : 0;
}

function lengthAt(body: Buffer, at: number): number {
  return Number.parseInt(body.toString('latin1', at, at + 4), 16);
}

function command(line: string): string {
  const [old = '', id = '', name = ''] = (line.split('\0')[0] ?? '').trim().split(' ');
  const isZero = (one: string): boolean => /^0+$/.test(one);
  const verb = isZero(old) ? 'create' : isZero(id) ? 'delete' : 'update';
  return `${verb} ${name}`;
}
