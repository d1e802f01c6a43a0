import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchQuestion } from './lfs-choices.js';
import { SshServer } from './ssh-server.js';

type Operation = BatchQuestion['operation'];

/** One call of `git-lfs-authenticate`. */
export interface Authentication {
  /** As the program gets it, once the shell has taken the quotes off. */
  readonly path: string;
  readonly operation: string;
}

/** A real `sshd` whose users have a `git-lfs-authenticate`, a script that answers as it is told to. */
export class AuthenticatingServer {
  readonly ssh: SshServer;
  readonly #folder: string;

  private constructor(ssh: SshServer, folder: string) {
    this.ssh = ssh;
    this.#folder = folder;
  }

  /** Starts a server, with its files in a folder that is made for it. */
  static async start(folder: string, sshd: string): Promise<AuthenticatingServer> {
    const shell = join(folder, 'shell');
    const ssh = await SshServer.start(folder, { sshd, acceptsProtocol: true, home: folder, forceCommand: shell });
    const authenticate = [`printf '%s\\n' "$#:$1:$2" >>'${folder}/calls'`, `. '${folder}'/"$2"`];
    const login = [
      `printf '%s\\n' "$SSH_ORIGINAL_COMMAND" >>'${folder}/commands'`,
      `PATH='${folder}':"$PATH" exec sh -c "$SSH_ORIGINAL_COMMAND"`,
    ];
    writeScript(join(folder, 'git-lfs-authenticate'), authenticate);
    writeScript(shell, login);
    return new AuthenticatingServer(ssh, folder);
  }

  /** From now on it prints this for one operation: an object as JSON. */
  answer(operation: Operation, answer: object | string): void {
    const file = join(this.#folder, `${operation}.answer`);
    writeFileSync(file, typeof answer === 'string' ? answer : JSON.stringify(answer));
    this.behave(operation, `cat '${file}'`);
  }

  /** From now on it runs these commands of a shell for one operation. */
  behave(operation: Operation, script: string): void {
    writeFileSync(join(this.#folder, operation), `${script}\n`);
  }

  /** The calls so far. */
  get calls(): readonly Authentication[] {
    return this.#lines('calls').map((line) => {
      const [, path = '', operation = ''] = /^2:(.*):(.*)$/.exec(line) ?? [];
      if (operation === '') throw new Error(`not called with a path and an operation: ${line}`);
      return { path, operation };
    });
  }

  /** All commands so far, as clients sent them. */
  get commands(): readonly string[] {
    return this.#lines('commands');
  }

  forget(): void {
    for (const name of ['calls', 'commands']) rmSync(join(this.#folder, name), { force: true });
  }

  async stop(): Promise<void> {
    await this.ssh.stop();
  }

  #lines(name: string): string[] {
    const file = join(this.#folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  }
}

function writeScript(file: string, lines: readonly string[]): void {
  writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
}
