# Answers a connection late, as a far host does: what does not fit into the queue of a listener is dropped, and asked for again after a second.
# far-address.py ADDRESS PORT: prints the port on which it listens; begins to answer, by passing on to PORT of 127.0.0.1, when it reads a line.
import socket, sys, threading

address, to = sys.argv[1], int(sys.argv[2])
listener = socket.socket()
listener.bind((address, 0))
listener.listen(0)
port = listener.getsockname()[1]
filling = []
for _ in range(2):
    one = socket.socket()
    one.setblocking(False)
    one.connect_ex((address, port))
    filling.append(one)
print(port, flush=True)
if sys.stdin.readline() == '':
    sys.exit()
for one in filling:
    one.close()


def carry(source, sink):
    try:
        while chunk := source.recv(65536):
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, sink):
            end.close()


def answer():
    while True:
        client, _ = listener.accept()
        try:
            server = socket.create_connection(('127.0.0.1', to))
        except OSError:
            client.close()
            continue
        for ends in ((client, server), (server, client)):
            threading.Thread(target=carry, args=ends, daemon=True).start()


threading.Thread(target=answer, daemon=True).start()
sys.stdin.read()
