import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { certified, type Certified } from './authority.js';
import { ServiceProcess } from './service-process.js';

/** What stands behind nginx, and what it asks of clients. */
export interface NginxSettings {
  /** The absolute path of `nginx`. */
  readonly nginx: string;
  /** What it is in front of: `http://127.0.0.1:PORT`. */
  readonly upstream: string;
  /** `user:password`, if a sign-in is wanted. */
  readonly credentials?: string;
  /** `client_max_body_size`; nginx's own default, `1m`, if it is not given, and no limit if it is `0`. */
  readonly maxBody?: string;
  /** Whether a request goes on only once all of it is here, as nginx does by default. */
  readonly buffersRequests?: boolean;
}

/**
 * A real nginx on loopback as many sites have it before their Git server: TLS, basic authentication, a limit of the
 * size of requests.
 */
export class Nginx {
  readonly port: number;
  readonly #folder: string;
  readonly #certificate: Certified;
  readonly #process: ServiceProcess;

  private constructor(folder: string, port: number, certificate: Certified, process: ServiceProcess) {
    this.#folder = folder;
    this.port = port;
    this.#certificate = certificate;
    this.#process = process;
  }

  /** Starts a server, with its files in a folder that is made for it. */
  static async start(folder: string, settings: NginxSettings): Promise<Nginx> {
    mkdirSync(folder, { recursive: true });
    const certificate = certified(join(folder, 'certificates'), ['127.0.0.1', 'localhost']);
    const [port, errorLog, file] = [await freePort(), join(folder, 'error.log'), join(folder, 'nginx.conf')];
    if (settings.credentials !== undefined) writeFileSync(join(folder, 'htpasswd'), passwordLine(settings.credentials));
    writeFileSync(file, configuration(folder, port, certificate, settings));
    // Without -e it would first open the log of the machine's own nginx.
    const args = ['-p', folder, '-e', errorLog, '-c', file, '-g', 'daemon off;'];
    const environment = { PATH: process.env.PATH ?? '' };
    const started = await ServiceProcess.start({ program: settings.nginx, args, environment, port, errorLog });
    return new Nginx(folder, port, certificate, started);
  }

  /** The file with the authority's certificate, for `GIT_SSL_CAINFO` or `NODE_EXTRA_CA_CERTS`. */
  get ca(): string {
    return this.#certificate.authority;
  }

  /** The URL of a repository, by its name. */
  url(path: string): string {
    return `https://127.0.0.1:${this.port}/${path}`;
  }

  /** What was asked for and how it was answered, as `POST /x.git/git-receive-pack 413`: requests that have ended. */
  get answered(): readonly string[] {
    return lines(join(this.#folder, 'access.log'));
  }

  /** What nginx complained about. */
  get errors(): readonly string[] {
    return lines(join(this.#folder, 'error.log'));
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }
}

function lines(file: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** A line of `htpasswd` with a salted SHA-1, the only salted kind that needs no program to make. */
function passwordLine(credentials: string): string {
  const colon = credentials.indexOf(':');
  const salt = randomBytes(8);
  const hash = createHash('sha1')
    .update(credentials.slice(colon + 1))
    .update(salt)
    .digest();
  return `${credentials.slice(0, colon)}:{SSHA}${Buffer.concat([hash, salt]).toString('base64')}\n`;
}

function configuration(folder: string, port: number, certificate: Certified, settings: NginxSettings): string {
  return [
    // Where root runs the tests, the workers would become a user who may not look into the folder.
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'worker_processes 1;',
    `pid ${join(folder, 'nginx.pid')};`,
    'events { worker_connections 64; }',
    'http {',
    "log_format answered '$request_method $uri_asked $status';",
    'map $request_uri $uri_asked { "~^(?<path>[^?]*)" $path; }',
    `access_log ${join(folder, 'access.log')} answered;`,
    ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (kind) => `${kind}_temp_path ${join(folder, `${kind}-temp`)};`,
    ),
    'server {',
    `listen 127.0.0.1:${port} ssl;`,
    `ssl_certificate ${certificate.files.cert};`,
    `ssl_certificate_key ${certificate.files.key};`,
    ...(settings.maxBody === undefined ? [] : [`client_max_body_size ${settings.maxBody};`]),
    ...locations(folder, settings),
    '}',
    '}',
    '',
  ].join('\n');
}

function locations(folder: string, settings: NginxSettings): readonly string[] {
  const { upstream, credentials, buffersRequests = true } = settings;
  return [
    'location / {',
    ...(credentials === undefined ? [] : ['auth_basic "git";', `auth_basic_user_file ${join(folder, 'htpasswd')};`]),
    'proxy_http_version 1.1;',
    `proxy_request_buffering ${buffersRequests ? 'on' : 'off'};`,
    'proxy_set_header Host $http_host;',
    `proxy_pass ${upstream.replace(/\/$/, '')};`,
    '}',
  ];
}
