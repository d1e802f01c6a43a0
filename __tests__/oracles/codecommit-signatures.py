"""What the PyPI package git-remote-codecommit computes, for comparison: JSON lines in, JSON lines out.

In:  {"accessKey", "secretKey", "sessionToken": string | null, "region", "repository",
      "hostname": string | null (as CODE_COMMIT_ENDPOINT), "epochMillis"}
Out: {"url", "hostname", "path", "username", "password"}, user name and password as a client sends them
"""

import datetime
import json
import os
import socket
import sys
import types
import urllib.parse

import botocore.credentials
import git_remote_codecommit


def no_network(*_args, **_kwargs):
    raise OSError('the oracle asks nobody')


def fix_clock(epoch_millis):
    # The package reads the clock as `datetime.datetime.utcnow()`; only its own view of the module is replaced.
    now = datetime.datetime.fromtimestamp(epoch_millis / 1000, datetime.timezone.utc).replace(tzinfo=None)
    git_remote_codecommit.datetime = types.SimpleNamespace(datetime=types.SimpleNamespace(utcnow=lambda: now))


def computed(asked):
    fix_clock(asked['epochMillis'])
    os.environ.pop('CODE_COMMIT_ENDPOINT', None)
    if asked.get('hostname') is not None:
        os.environ['CODE_COMMIT_ENDPOINT'] = asked['hostname']
    credentials = botocore.credentials.Credentials(asked['accessKey'], asked['secretKey'], asked.get('sessionToken'))
    url = git_remote_codecommit.git_url(asked['repository'], 'v1', asked['region'], credentials)
    # Not urllib's idea of a URL: an odd repository name must not be cut at a `?`.
    signed_in, _, rest = url.removeprefix('https://').partition('@')
    username, _, password = signed_in.partition(':')
    hostname, _, path = rest.partition('/')
    return {
        'url': url,
        'hostname': hostname,
        'path': '/' + path,
        'username': urllib.parse.unquote(username),
        'password': urllib.parse.unquote(password),
    }


def main():
    socket.socket.connect = no_network
    socket.create_connection = socket.getaddrinfo = no_network
    for line in sys.stdin:
        print(json.dumps(computed(json.loads(line))))


main()
