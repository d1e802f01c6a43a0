import type { Credentials } from '../protocol/credentials.js';
import { RemoteError } from '../protocol/errors.js';
import { serverTextInJson } from '../protocol/http/server-words.js';
import type { Api, ApiAnswer } from './api.js';

/** A question or a request to one forge about a repository. */
export interface ForgeQuestion {
  readonly api: Api;
  /** `owner/name`. */
  readonly path: string;
  readonly credentials: Credentials | undefined;
  /** Makes the error for an answer that is not the one wanted. */
  readonly refusal: (answer: Pick<ApiAnswer, 'status' | 'body'>, permission: string) => RemoteError;
}

/** Words on what a question was for. */
export interface QuestionWords {
  /** Says what did not come about. */
  readonly failure: (status: number) => string;
  /** A way to do without it: "do this". */
  readonly otherwise: string;
  /** The option that signs in. */
  readonly tokenName: string;
  /** A sentence on what makes the sign-in look wrong. */
  readonly doubt?: string | undefined;
}

/** Makes the errors for {@link ForgeQuestion.refusal}. */
export function refusalOf(
  api: Api,
  credentials: Credentials | undefined,
  { failure, otherwise, tokenName, doubt }: QuestionWords,
): ForgeQuestion['refusal'] {
  return ({ status, body }, permission) => {
    const isDenied = [401, 403, 404].includes(status);
    const doubted = doubt === undefined ? '' : ` ${doubt}`;
    const remedy = isDenied
      ? `${credentials === undefined ? 'Set' : 'Check'} ${tokenName}: it needs ${permission}.${doubted} Or ${otherwise}.`
      : `Run the mirror again later, or ${otherwise}.`;
    return new RemoteError({
      kind: isDenied ? 'forbidden' : 'api',
      location: api.url,
      detail: failure(status) + serverTextInJson(body),
      remedy,
    });
  };
}
