package org.scalpel.lab;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The fastest honest exchange of bytes between two threads: a plain socket, one message there, one
 * back, nothing encoded. What any protocol costs is measured against it.
 */
final class RawPipe implements AutoCloseable {
  private static final int LIMIT_MS = 120_000;
  private static final int HEADER = 8;

  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  RawPipe() throws IOException {
    this(InetAddress.getLoopbackAddress());
  }

  RawPipe(InetAddress listen) throws IOException {
    server = new ServerSocket(0, 50, listen);
    daemon(this::accept);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
  }

  /** A connection to a pipe, perhaps through a link. */
  static Client connect(InetSocketAddress to) throws IOException {
    return new Client(to);
  }

  /** One connection, for one thread at a time. */
  static final class Client implements AutoCloseable {
    private final Socket socket = new Socket();
    private final DataOutputStream out;
    private final DataInputStream in;
    // Used again: fresh memory would cost the plain socket time that is not its own.
    private byte[] message = new byte[0];
    private byte[] answer = new byte[0];

    private Client(InetSocketAddress to) throws IOException {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(LIMIT_MS);
      socket.connect(to, LIMIT_MS);
      out = new DataOutputStream(socket.getOutputStream());
      in = new DataInputStream(socket.getInputStream());
    }

    /** Milliseconds for so many bytes there, then so many back; eight more are the header. */
    double exchange(int up, int down) throws IOException {
      message = message.length < HEADER + up ? new byte[HEADER + up] : message;
      answer = answer.length < down ? new byte[down] : answer;
      ByteBuffer.wrap(message).putInt(up).putInt(down);
      long start = System.nanoTime();
      out.write(message, 0, HEADER + up);
      in.readFully(answer, 0, down);
      return (System.nanoTime() - start) / 1e6;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        open.add(socket);
        daemon(() -> serve(socket));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void serve(Socket socket) {
    byte[] buffer = new byte[0];
    try (socket) {
      socket.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        int length = in.readInt();
        int answer = in.readInt();
        int most = Math.max(length, answer);
        buffer = buffer.length < most ? new byte[most] : buffer;
        in.readFully(buffer, 0, length);
        socket.getOutputStream().write(buffer, 0, answer);
      }
    } catch (IOException e) {
      open.remove(socket);
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "raw-pipe");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
