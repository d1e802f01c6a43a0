import type { IncomingMessage, Server } from 'node:http';
import type { SeenRequest, ServerBehaviour } from './git-http-server.js';
import { pkt } from './pkt.js';

/** The two ends of a mirror, as the folders `source.git` and `target.git` of one server. */
export type End = 'source' | 'target';

/** What stands in {@link ServerBehaviour} for `intercept`. */
export type Intercept = NonNullable<ServerBehaviour['intercept']>;

/** What stands in {@link ServerBehaviour} for `alter`. */
export type Alter = NonNullable<ServerBehaviour['alter']>;

/** A choice among the requests that a server sees. */
export type Choice = (seen: SeenRequest) => boolean;

const NOTHING = Buffer.alloc(0);

/** Every request to one end. */
export function to(end: End): Choice {
  return ({ path }) => path.startsWith(`/${end}.git/`);
}

/** The requests for what one end advertises to its part of the mirror. */
export function advertisement(end: End): Choice {
  const service = end === 'source' ? 'git-upload-pack' : 'git-receive-pack';
  return (seen) => to(end)(seen) && seen.path.endsWith(`/info/refs?service=${service}`);
}

/** The questions to the source, for refs and for packs: all of its POSTs. */
export function questions(seen: SeenRequest): boolean {
  return seen.method === 'POST' && to('source')(seen);
}

/** The questions for refs. What a request asks is known only once its body has been read: not to an interception. */
export function refs(seen: SeenRequest): boolean {
  return questions(seen) && seen.body.includes('command=ls-refs');
}

/** The questions for packs, over protocol v2 and v0. Known only once the body has been read. */
export function packs(seen: SeenRequest): boolean {
  return questions(seen) && (seen.body.includes('command=fetch') || seen.body.includes('0032want '));
}

/** The pushes. */
export function pushes(seen: SeenRequest): boolean {
  return seen.path === '/target.git/git-receive-pack';
}

/**
 * Answers the chosen requests without asking git. What a client still sends is read and dropped, as servers do it: a
 * connection that is closed on a client which is sending loses the answer.
 */
export function answering(
  chosen: Choice,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = '',
): Intercept {
  return (request, response, seen) => {
    if (!chosen(seen)) return false;
    response.writeHead(status, { 'Content-Length': Buffer.byteLength(body), ...headers }).flushHeaders();
    response.write(body);
    request.resume().once('close', () => response.end());
    return true;
  };
}

/** Answers the requests for an advertisement as a Git service would, with these bytes. */
export function advertising(end: End, bytes: Buffer, chosen = advertisement(end)): Intercept {
  const type = `application/x-git-${end === 'source' ? 'upload' : 'receive'}-pack-advertisement`;
  return answering(chosen, 200, { 'Content-Type': type }, bytes);
}

/** Cuts the connection of the chosen requests without an answer. */
export function cutting(chosen: Choice): Intercept {
  return (request, _response, seen) => {
    if (!chosen(seen)) return false;
    request.socket.destroy();
    return true;
  };
}

/** Takes the chosen requests, reads them, and never says anything. */
export function silent(chosen: Choice): Intercept {
  return (request, _response, seen) => {
    if (!chosen(seen)) return false;
    request.resume();
    return true;
  };
}

/** Several interceptions: the first that answers does. */
export function first(...intercepts: readonly Intercept[]): Intercept {
  return (...given) => intercepts.some((one) => one(...given));
}

/** The first so many of the chosen requests. */
export function firstOf(count: number, chosen: Choice): Choice {
  let left = count;
  return (seen) => {
    if (left === 0 || !chosen(seen)) return false;
    left -= 1;
    return true;
  };
}

/** Sends these bytes in place of git's whole answer. */
export function instead(chosen: Choice, bytes: Buffer): Alter {
  const answered = new WeakSet<SeenRequest>();
  return (chunk, seen) => {
    if (!chosen(seen)) return chunk;
    if (answered.has(seen)) return NOTHING;
    answered.add(seen);
    return bytes;
  };
}

/** Cuts the connection once so many bytes of git's answer are out. */
export function cutAfter(bytes: number, chosen: Choice): Alter {
  return (chunk, seen) => (chosen(seen) && seen.sent + chunk.length > bytes ? null : chunk);
}

/** Leaves out what follows so many bytes of git's answer, and ends it in good order. */
export function endAfter(bytes: number, chosen: Choice): Alter {
  return (chunk, seen) => (chosen(seen) ? chunk.subarray(0, Math.max(0, bytes - seen.sent)) : chunk);
}

/** Keeps the answers to the chosen requests from ending: what {@link endAfter} leaves out is waited for. */
export function neverEnding(chosen: Choice): Intercept {
  return (_request, response, seen) => {
    const end = response.end.bind(response);
    response.end = () => (chosen(seen) ? response : end());
    return false;
  };
}

/** Has something done before each of the chosen requests is passed on. */
export function before(chosen: Choice, act: () => void): Intercept {
  return (_request, _response, seen) => {
    if (chosen(seen)) act();
    return false;
  };
}

/** Holds each of the chosen requests back until something has been done, then passes it on. */
export function holding(server: Server, chosen: Choice, act: () => Promise<unknown>): Intercept {
  const held = new WeakSet<IncomingMessage>();
  return (request, response, seen) => {
    if (held.has(request) || !chosen(seen)) return false;
    held.add(request);
    act().then(
      () => server.emit('request', request, response),
      (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
    );
    return true;
  };
}

// What git 2.25 does not have, or has otherwise, of what a later one advertises.
const SINCE_OLD_GIT: readonly (readonly [RegExp, string])[] = [
  [/^(?:object-format=\w+|object-info)\n$/, ''],
  [/^ls-refs=unborn\n$/, 'ls-refs\n'],
  [/ (?:wait-for-done|report-status-v2|object-format=\w+)/g, ''],
  [/\bagent=git\/[\w.-]+/, 'agent=git/2.25.5'],
];

/**
 * Answers as git 2.18 to 2.27 do, which speak protocol v2 without `object-format`: it is not advertised, and a request
 * that names it ends without an answer.
 */
export function ofOldGit(chunk: Buffer, seen: SeenRequest): Buffer | null {
  if (seen.method === 'POST') {
    return seen.path.includes('git-upload-pack') && seen.body.includes('object-format=') ? NOTHING : chunk;
  }
  return inWordsOfOldGit(chunk, seen);
}

const inWordsOfOldGit = packetwise((packet) => {
  if (packet.length === FLUSH.length) return packet;
  const older = SINCE_OLD_GIT.reduce((text, [later, old]) => text.replace(later, old), packet.toString('latin1', 4));
  return older === '' ? NOTHING : pkt(Buffer.from(older, 'latin1'));
});

/** Ways in which a source of protocol v2 may say less of what it has than git does. */
export type Silence = 'only NAK' | 'ready and no ACK' | 'the first ACK alone' | 'no section';

/** Takes out of a source's acknowledgments what it should say. */
export function keepingSilent(how: Silence): Alter {
  const sections = new WeakMap<SeenRequest, string[]>();
  const over = new WeakSet<SeenRequest>();
  return packetwise((packet, seen) => {
    if (over.has(seen)) return NOTHING;
    const text = packet.toString('latin1');
    const section = sections.get(seen) ?? [];
    if (section.length === 0 && text !== '0014acknowledgments\n') return packet;
    section.push(text);
    sections.set(seen, section);
    if (text !== FLUSH && text !== DELIMITER) return NOTHING;
    sections.delete(seen);
    if (how === 'only NAK') over.add(seen);
    return Buffer.from(lessOf(section, how).join(''));
  });
}

/** A section with less in it, from its heading to the packet that ends it. */
function lessOf(section: readonly string[], how: Silence): readonly string[] {
  const acks = section.filter((line) => line.includes('ACK '));
  const others = section.filter((line) => !line.includes('ACK '));
  const [heading = '', ...end] = others;
  const hasPack = section.at(-1) === DELIMITER;
  if (how === 'only NAK') return [heading, NAK, FLUSH];
  if (how === 'the first ACK alone') return [heading, ...acks.slice(0, 1), ...end];
  if (how === 'ready and no ACK') return [heading, ...(hasPack ? [] : [NAK]), ...end.filter((line) => line !== NAK)];
  return hasPack ? [] : section;
}

/** Leaves out of a listing what tags of such names stand for, over protocol v2 and v0. */
export function withoutPeeled(tags: RegExp): Alter {
  return packetwise((packet, { path, body }) => {
    const isListing = path.includes('/info/refs?service=git-upload-pack') || body.includes('command=ls-refs');
    const line = packet.toString('latin1', 4);
    if (!isListing || !tags.test(line)) return packet;
    if (line.endsWith('^{}\n')) return NOTHING;
    return line.includes(' peeled:') ? pkt(line.replace(/ peeled:[0-9a-f]+/, '')) : packet;
  });
}

const [FLUSH, DELIMITER, NAK] = ['0000', '0001', '0008NAK\n'];

/** Changes an answer packet by packet, however it is cut into chunks. */
function packetwise(change: (packet: Buffer, seen: SeenRequest) => Buffer): Alter {
  const begun = new WeakMap<SeenRequest, Buffer>();
  return (chunk, seen) => {
    const bytes = Buffer.concat([begun.get(seen) ?? NOTHING, chunk]);
    const changed: Buffer[] = [];
    let at = 0;
    for (let end = endOfPacket(bytes, at); end <= bytes.length; end = endOfPacket(bytes, at)) {
      changed.push(change(bytes.subarray(at, end), seen));
      at = end;
    }
    begun.set(seen, bytes.subarray(at));
    return Buffer.concat(changed);
  };
}

function endOfPacket(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length) return Infinity;
  return at + Math.max(4, Number.parseInt(bytes.toString('latin1', at, at + 4), 16));
}
