"""Serves the repositories of a folder over HTTP with dulwich. Everybody may write to them.

Arguments: the port on loopback, the folder, the file that it logs to.
"""

import logging
import os
import socketserver
import sys
import wsgiref.simple_server

from dulwich.errors import NotGitRepository
from dulwich.repo import Repo
from dulwich.server import Backend
from dulwich.web import WSGIRequestHandlerLogger, WSGIServerLogger, make_wsgi_chain

port, root, log = int(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3]
sys.stderr = open(log, "a", buffering=1)
logging.basicConfig(level=logging.INFO, stream=sys.stderr)


class Repositories(Backend):
    """Dulwich's own backend for folders takes the path of a URL for one of the machine."""

    def open_repository(self, path):
        # A path comes as text, and as bytes, with each byte of its UTF-8 as one letter.
        name = path.decode("utf-8") if isinstance(path, bytes) else path
        folder = os.path.abspath(os.path.join(root, name.encode("latin-1").decode("utf-8").lstrip("/")))
        if not folder.startswith(root + os.sep):
            raise NotGitRepository(f"{name} is not below the root")
        return Repo(folder)


class Server(socketserver.ThreadingMixIn, WSGIServerLogger):
    """One thread for each connection: a mirror reads from one repository while it writes to another."""

    daemon_threads = True


wsgiref.simple_server.make_server(
    "127.0.0.1", port, make_wsgi_chain(Repositories()), server_class=Server, handler_class=WSGIRequestHandlerLogger
).serve_forever()
