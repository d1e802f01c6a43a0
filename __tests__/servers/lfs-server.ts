import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NeededProgram } from '../requires.js';
import { freePort } from './free-port.js';
import { neededPython, pythonEnvironment } from './python.js';
import { ServiceProcess } from './service-process.js';

/** How the server is started. */
export interface LfsServerSettings {
  /** The path of `python3` with the packages `giftless` and `gunicorn`: {@link neededLfsServer}. */
  readonly program: string;
  /** Whether nobody may do anything without {@link LfsServer.credentials}; otherwise all may do all. */
  readonly signIn?: boolean;
  /** How many requests it serves at once; 8 if not given. */
  readonly threads?: number;
}

const GROUP = 'lfs';
const KEY_ID = 'key';
const DAY_SECONDS = 24 * 3600;

/** Finds Python with the LFS server's packages. */
export function neededLfsServer(): NeededProgram {
  return neededPython('giftless, gunicorn', ['giftless', 'gunicorn', 'dateutil']);
}

/**
 * A real LFS server, Giftless, on loopback, with its objects in a folder of its own. It serves any number of repositories,
 * which come into being with their first object. It does not look whether an upload has the SHA-256 that it should
 * have, and answers 404 as a whole where it has none of the objects that a batch wants to download.
 */
export class LfsServer {
  /** Of who may do all, as `user:password`; undefined where no sign-in is wanted. */
  readonly credentials: string | undefined;
  readonly #folder: string;
  readonly #port: number;
  readonly #process: ServiceProcess;

  private constructor(folder: string, port: number, process: ServiceProcess, credentials: string | undefined) {
    this.#folder = folder;
    this.#port = port;
    this.#process = process;
    this.credentials = credentials;
  }

  /** Starts a server, with its files in a folder that is made for it. */
  static async start(folder: string, { program, signIn = false, threads = 8 }: LfsServerSettings): Promise<LfsServer> {
    mkdirSync(folder, { recursive: true });
    const [port, errorLog, key] = [await freePort(), join(folder, 'error.log'), randomBytes(32).toString('hex')];
    const environment = {
      ...pythonEnvironment(),
      HOME: folder,
      GIFTLESS_CONFIG_STR: JSON.stringify(configuration(folder, key, signIn)),
    };
    const settings = [
      '--bind',
      `127.0.0.1:${port}`,
      '--threads',
      String(threads),
      '--chdir',
      folder,
      '--log-level',
      'warning',
    ];
    const further = ['--no-control-socket', '--graceful-timeout', '1', '--error-logfile', errorLog];
    const args = ['-m', 'gunicorn', ...settings, ...further, 'giftless.wsgi_entrypoint:app'];
    const started = await ServiceProcess.start({ program, args, environment, port, errorLog });
    return new LfsServer(folder, port, started, signIn ? `_jwt:${token(key)}` : undefined);
  }

  /** What stands before `/NAME.git/info/lfs` in its URLs. */
  get root(): string {
    return `http://127.0.0.1:${this.#port}/${GROUP}`;
  }

  /** What it holds for one repository, `source` for `source.git`. */
  store(name: string): LfsStore {
    return new LfsStore(`${this.root}/${name}.git/info/lfs`, join(objectsIn(this.#folder), GROUP, name));
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }
}

/** The objects of one repository, as they are on the server's disk. */
export class LfsStore {
  /** The endpoint, to which `/objects/batch` is appended. */
  readonly url: string;
  readonly #folder: string;

  constructor(url: string, folder: string) {
    this.url = url;
    this.#folder = folder;
  }

  /** The ids of all that it holds, in order. */
  oids(): string[] {
    return existsSync(this.#folder) ? readdirSync(this.#folder).sort() : [];
  }

  /** The bytes that it holds for an id. */
  read(oid: string): Buffer {
    return readFileSync(join(this.#folder, oid));
  }

  /** Puts objects there without asking the server. */
  put(objects: Iterable<{ readonly oid: string; readonly content: Buffer }>): void {
    mkdirSync(this.#folder, { recursive: true });
    for (const { oid, content } of objects) writeFileSync(join(this.#folder, oid), content);
  }

  /** Loses an object. */
  remove(oid: string): void {
    rmSync(join(this.#folder, oid));
  }

  /** Changes one byte of an object, so that its size stays. */
  corrupt(oid: string, at = 0): void {
    const bytes = this.read(oid);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(join(this.#folder, oid), bytes);
  }
}

function configuration(folder: string, key: string, signIn: boolean): object {
  const options = { algorithm: 'HS256', private_key: key, default_lifetime: 900, key_id: KEY_ID };
  const storage = { storage_options: { path: objectsIn(folder) }, action_lifetime: 900 };
  return {
    LEGACY_ENDPOINTS: false,
    AUTH_PROVIDERS: signIn ? [] : ['giftless.auth.allow_anon:read_write'],
    PRE_AUTHORIZED_ACTION_PROVIDER: { options },
    TRANSFER_ADAPTERS: { basic: { options: storage } },
  };
}

/** The server takes what it hands out itself: JSON Web Tokens. */
function token(key: string): string {
  const now = Math.floor(Date.now() / 1000);
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { sub: 'tester', iat: now, exp: now + DAY_SECONDS, scopes: [`obj:${GROUP}/*`] };
  const signed = `${encode({ alg: 'HS256', typ: 'JWT', kid: KEY_ID })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

function objectsIn(folder: string): string {
  return join(folder, 'objects');
}
