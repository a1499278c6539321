package org.scalpel.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.engine.Session;
import org.scalpel.graph.TensorData;
import org.scalpel.graph.TensorFact;

/**
 * The least that serves a model: a blocking socket, whose bytes are the model's only input and
 * whose answers are its only output, in order, and nothing else. What a tier costs beside the
 * runtime and a socket is measured against it. A program of its own, so that it lies beside its
 * caller as a tier does.
 */
final class RawServer {
  private static final int MOST = 64;

  private RawServer() {}

  /** The model's file; ends when standard input does. */
  public static void main(String[] words) throws IOException {
    try (Engine engine = new Engine(EngineOptions.DEFAULT);
        Session session = engine.open(Path.of(words[0]));
        ServerSocketChannel door = ServerSocketChannel.open()) {
      door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Thread thread = new Thread(() -> serve(door, session), "raw-server");
      thread.setDaemon(true);
      thread.start();
      System.out.println("ready on 127.0.0.1:" + door.socket().getLocalPort());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }

  private static void serve(ServerSocketChannel door, Session session) {
    while (true) {
      try (SocketChannel caller = door.accept()) {
        caller.setOption(StandardSocketOptions.TCP_NODELAY, true);
        exchange(caller, session);
      } catch (IOException e) {
        if (!door.isOpen()) {
          return;
        }
      }
    }
  }

  /** All requests that came together leave together. */
  private static void exchange(SocketChannel caller, Session session) throws IOException {
    String input = session.inputs().get(0).name();
    TensorFact fact = session.inputs().get(0).fact();
    int size = (int) fact.bytes();
    ByteBuffer in = ByteBuffer.allocateDirect(MOST * size).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer out = ByteBuffer.allocateDirect(MOST * size).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer memory = TensorData.allocate(fact);
    Map<String, TensorData> given = Map.of(input, new TensorData(fact, memory));
    while (caller.read(in) >= 0) {
      in.flip();
      while (in.remaining() >= size) {
        memory.clear().put(in.slice(in.position(), size)).flip();
        in.position(in.position() + size);
        Map<String, TensorData> outputs = session.run(given);
        out.put(outputs.values().iterator().next().data());
        session.recycle(outputs);
      }
      in.compact();
      out.flip();
      while (out.hasRemaining()) {
        caller.write(out);
      }
      out.clear();
    }
  }
}
