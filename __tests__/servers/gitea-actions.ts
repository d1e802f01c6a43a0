import type { GiteaServer } from './gitea-server.js';

/** One run of a workflow, as the API tells it. */
export interface WorkflowRun {
  readonly event: string;
  /** `queued`, `in_progress`, `completed`. */
  readonly status: string;
  /** `success`, `failure`; empty before it is completed. */
  readonly conclusion: string;
}

/** The workflows of a Gitea's repositories, over its API: the owner's, where nobody else is named. */
export class GiteaActions {
  readonly #server: GiteaServer;

  constructor(server: GiteaServer) {
    this.#server = server;
  }

  /** Makes another user with an empty repository that everybody may read; returns a token of theirs. */
  async createUserWithRepository(user: string, repository: string): Promise<string> {
    const token = await this.#server.createUser(user);
    const admin = await this.#server.createToken(['write:admin']);
    await this.#ask('POST', `/admin/users/${user}/repos`, { name: repository, default_branch: 'main' }, admin);
    return token;
  }

  /** Makes a secret known to the workflows of a repository. */
  async setSecret(repository: string, name: string, value: string): Promise<void> {
    await this.#ask('PUT', `${this.#path(repository)}/secrets/${name}`, { data: value });
  }

  /** What a runner must know to become one of a repository's. */
  async registrationToken(repository: string): Promise<string> {
    const text = await this.#ask('POST', `${this.#path(repository)}/runners/registration-token`);
    return (JSON.parse(text) as { token: string }).token;
  }

  /** Starts a workflow by hand. */
  async dispatch(repository: string, workflow: string, ref: string): Promise<void> {
    await this.#ask('POST', `${this.#path(repository)}/workflows/${workflow}/dispatches`, { ref });
  }

  /** The runs of a repository's workflows, in the order in which they were asked for. */
  async runs(repository: string): Promise<readonly WorkflowRun[]> {
    return (await this.#runs(repository)).map(({ event, status, conclusion }) => ({ event, status, conclusion }));
  }

  /** The log of the only job of a run, as it is kept. */
  async log(repository: string, run: number): Promise<string> {
    const id = (await this.#runs(repository))[run]?.id ?? 0;
    const text = await this.#ask('GET', `${this.#path(repository)}/runs/${id}/jobs`);
    const [job] = (JSON.parse(text) as { jobs: { id: number }[] }).jobs;
    return this.#ask('GET', `${this.#path(repository)}/jobs/${job?.id ?? 0}/logs`);
  }

  async #runs(repository: string): Promise<readonly (WorkflowRun & { readonly id: number })[]> {
    const text = await this.#ask('GET', `${this.#path(repository)}/runs`);
    const { workflow_runs: runs } = JSON.parse(text) as { workflow_runs: (WorkflowRun & { id: number })[] };
    return runs.toSorted((one, other) => one.id - other.id);
  }

  #path(repository: string): string {
    return `/repos/${this.#server.owner}/${repository}/actions`;
  }

  async #ask(method: string, path: string, body?: object, token = this.#server.token): Promise<string> {
    const answer = await fetch(`${this.#server.root}/api/v1${path}`, {
      method,
      headers: { Authorization: `token ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text;
  }
}
