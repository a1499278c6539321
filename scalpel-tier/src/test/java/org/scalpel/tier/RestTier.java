package org.scalpel.tier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorFact;

/** A tier with REST and a few models, and a client of it: the JDK's own, and bare sockets. */
final class RestTier implements AutoCloseable {
  static final int LIMIT = 1 << 20;
  static final String PLAIN =
      "{\"id\":\"7\",\"inputs\":[{\"name\":\"x\",\"shape\":[1,8],\"datatype\":\"FP32\","
          + "\"data\":[[-1,2,-3,4.5,-5,6,-7,8]]}]}";
  static final String BINARY =
      "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,8],\"datatype\":\"FP32\","
          + "\"parameters\":{\"binary_data_size\":32}}],"
          + "\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]}";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ObjectMapper mapper = new ObjectMapper();
  private final TierServer tier;

  RestTier(Path store) {
    tier =
        TierServer.start(Nets.tier("edge", store).http("localhost:0").messageBytes(LIMIT).build());
    tier.publish("wide", Nets.wide(8));
    tier.publish("longs", identity(ElementType.INT64));
    tier.publish("halves", identity(ElementType.FLOAT16));
    tier.publish("open", open());
  }

  private static OnnxModel identity(ElementType type) {
    TensorFact fact = TensorFact.of(type, 2);
    return ModelBuilder.opset(17)
        .input("x", fact)
        .node("Identity", List.of("x"), List.of("y"))
        .output("y", fact)
        .build();
  }

  private static OnnxModel open() {
    TensorFact fact = TensorFact.of(ElementType.FLOAT32, -1, 2);
    return ModelBuilder.opset(17)
        .input("x", fact)
        .node("Neg", List.of("x"), List.of("y"))
        .output("y", fact)
        .build();
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://localhost:" + tier.httpAddress().orElseThrow().port() + path))
        .timeout(Duration.ofSeconds(20));
  }

  HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  JsonNode json(byte[] body) throws IOException {
    return mapper.readTree(body);
  }

  HttpResponse<byte[]> post(String path, String body) throws Exception {
    return send(to(path).POST(BodyPublishers.ofString(body)));
  }

  HttpResponse<byte[]> get(String path) throws Exception {
    return send(to(path));
  }

  Socket socket() throws IOException {
    Socket socket = new Socket("localhost", tier.httpAddress().orElseThrow().port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  static byte[] joined(byte[] first, byte[] second) {
    byte[] all = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  @Override
  public void close() {
    tier.close();
  }
}
