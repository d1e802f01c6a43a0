import type { Credentials } from '../protocol/credentials.js';
import type { RemoteError } from '../protocol/errors.js';
import type { Api, ApiAnswer } from './api.js';

/** A question to one forge for the protected branches of a repository. */
export interface ForgeQuestion {
  readonly api: Api;
  /** `owner/name`. */
  readonly path: string;
  readonly credentials: Credentials | undefined;
  /** Makes the error for an answer that is not the one wanted. */
  readonly refusal: (answer: Pick<ApiAnswer, 'status' | 'body'>, permission: string) => RemoteError;
}
