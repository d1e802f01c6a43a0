import { expect, test } from '@jest/globals';
import { refusalWords } from '../../src/protocol/http/server-words.js';

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const none = { code: '', message: '' };

test.each<[string, string, string, { code: string; message: string }]>([
  [
    'Amazon S3, without key and signature',
    'application/xml',
    `${XML}<Error><Code>SignatureDoesNotMatch</Code><Message>They do not match.</Message><AWSAccessKeyId>AKIDKEY</AWSAccessKeyId><StringToSign>AWS4-HMAC</StringToSign></Error>`,
    { code: 'SignatureDoesNotMatch', message: 'They do not match.' },
  ],
  [
    'Azure, with its mark and without the lines for its operator',
    'application/xml',
    `\uFEFF${XML}<Error><Code>AuthenticationFailed</Code><Message>Server failed.\nRequestId:1\nTime:2</Message><AuthenticationErrorDetail>sig</AuthenticationErrorDetail></Error>`,
    { code: 'AuthenticationFailed', message: 'Server failed.' },
  ],
  [
    'Ceph, without a message',
    '',
    '<Error><Code>AccessDenied</Code><BucketName>b</BucketName></Error>',
    { code: 'AccessDenied', message: '' },
  ],
  [
    'a namespace, and references',
    'text/xml',
    '<Error xmlns="x">\n <Code>A</Code>\n<Message>a &lt;b&gt; &#x26; &#39;c&apos;</Message></Error>',
    { code: 'A', message: "a <b> & 'c'" },
  ],
  [
    'JSON of a storage',
    'application/json',
    '{"error":{"code":403,"message":"no \\u0061ccess"}}',
    { code: '', message: 'no access' },
  ],
  [
    'JSON with a name',
    'application/json',
    '{"code":"cap_exceeded","message":"full","status":403}',
    { code: 'cap_exceeded', message: 'full' },
  ],
  ['plain text', 'text/plain', 'no\n  such thing\n', { code: '', message: 'no such thing' }],
  ['text of no type', '', 'no such thing', none],
  ['a web page', 'text/html', '<!DOCTYPE html><html><title>x</title></html>', none],
  ['a web page as text', 'text/plain', '<html><title>x</title></html>', none],
  ['XML of something else', 'application/xml', '<Secrets><Code>A</Code><Message>b</Message></Secrets>', none],
  [
    'a name that is none',
    'application/xml',
    '<Error><Code>a b</Code><Message>c</Message></Error>',
    { code: '', message: 'c' },
  ],
  ['nothing', '', '', none],
  [
    'a section in which nothing is escaped',
    'application/xml',
    '<Error><Code>A</Code><Message><![CDATA[no <b> ] & so]]></Message></Error>',
    { code: 'A', message: 'no <b> ] & so' },
  ],
  [
    'attributes, a comment, space, another root',
    'application/xml',
    `${XML}<!-- c -->\n<ErrorResponse xmlns="x"><Error><Code x="y">\n A </Code><Message lang="en">\n b\n</Message></Error></ErrorResponse>`,
    { code: 'A', message: 'b' },
  ],
  [
    'small letters',
    'application/xml',
    '<error><code>A</code><message>b</message></error>',
    { code: 'A', message: 'b' },
  ],
  [
    'a message without end',
    'application/xml',
    `<Error><Code>A</Code><Message>${'b'.repeat(5000)}`,
    { code: 'A', message: 'b'.repeat(2000) },
  ],
  ['JSON with large letters', 'application/json', '{"Code":"A","Message":"b"}', { code: 'A', message: 'b' }],
  [
    'JSON of a problem (RFC 9457)',
    'application/problem+json',
    '{"type":"about:blank","title":"Forbidden","detail":"no access"}',
    { code: '', message: 'no access' },
  ],
])('%s', (_what, type, body, words) => {
  expect(refusalWords({ type, body })).toMatchObject(words);
});
