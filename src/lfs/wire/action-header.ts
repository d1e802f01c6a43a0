import { LFS_LIMITS } from '../../protocol/limits/lfs.js';
import { excess } from '../../protocol/limits/limit.js';

/** Headers that the connection itself decides, and no server; or by which a request would be another one. */
const NOT_FOR_SERVERS =
  /^(?:host|connection|keep-alive|content-length|transfer-encoding|proxy-.*|upgrade|te|trailer|expect|via|forwarded|x-forwarded-.*|x-real-ip|x-(?:http-)?method(?:-override)?|cookie2?|origin|referer|range|accept-encoding)$/i;
/** Headers without which clouds do not tell what a machine may do: they are there so that no server can have them sent. */
const OF_METADATA =
  /^(?:x-aws-ec2-metadata-.*|metadata|metadata-flavor|x-google-metadata-request|x-aliyun-ecs-metadata-.*|x-identity-header)$/i;
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Reads the headers that a server wants on a request. Some are left out without a word, since honest servers name them.
 *
 * @param refusal makes an error of a clause
 * @throws the refusal for headers that are invalid, too many, or a danger
 */
export function readActionHeader(
  fields: Readonly<Record<string, unknown>>,
  refusal: (why: string) => Error,
): Record<string, string> {
  const entries = Object.entries(fields);
  if (entries.length > LFS_LIMITS.actionHeaders.value) throw refusal(excess(LFS_LIMITS.actionHeaders));
  const wanted = entries
    .filter(([name, value]) => value !== null && !NOT_FOR_SERVERS.test(name))
    .map(([name, value]) => fit(name, value, refusal));
  const bytes = wanted.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (bytes > LFS_LIMITS.actionHeaderBytes.value) throw refusal(excess(LFS_LIMITS.actionHeaderBytes));
  return Object.fromEntries(wanted);
}

function fit(name: string, value: unknown, refusal: (why: string) => Error): [string, string] {
  if (OF_METADATA.test(name)) throw refusal('it wants a header for the metadata service of a cloud');
  if (!NAME.test(name) || typeof value !== 'string' || !VALUE.test(value)) throw refusal('it wants an invalid header');
  return [name, value];
}
