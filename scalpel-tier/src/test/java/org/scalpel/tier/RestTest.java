package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scalpel.graph.ElementType;
import org.scalpel.graph.ModelBuilder;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorFact;

/** REST, as the JDK's own client and bare sockets speak it. */
@Timeout(60)
class RestTest {
  private static final int LIMIT = 1 << 20;
  private static final String PLAIN =
      "{\"id\":\"7\",\"inputs\":[{\"name\":\"x\",\"shape\":[1,8],\"datatype\":\"FP32\","
          + "\"data\":[[-1,2,-3,4.5,-5,6,-7,8]]}]}";
  private static final String BINARY =
      "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,8],\"datatype\":\"FP32\","
          + "\"parameters\":{\"binary_data_size\":32}}],"
          + "\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]}";

  @TempDir Path store;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ObjectMapper mapper = new ObjectMapper();
  private TierServer tier;

  @BeforeEach
  void start() {
    tier =
        TierServer.start(Nets.tier("edge", store).http("localhost:0").messageBytes(LIMIT).build());
    tier.publish("wide", Nets.wide(8));
    tier.publish("longs", identity(ElementType.INT64));
    tier.publish("halves", identity(ElementType.FLOAT16));
    tier.publish("open", open());
  }

  @AfterEach
  void stop() {
    tier.close();
  }

  private static OnnxModel identity(ElementType type) {
    TensorFact fact = TensorFact.of(type, 2);
    return ModelBuilder.opset(17)
        .input("x", fact)
        .node("Identity", List.of("x"), List.of("y"))
        .output("y", fact)
        .build();
  }

  @Test
  void tensorsOfStringsAreRefusedByName() throws Exception {
    String strings =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,8],\"datatype\":\"BYTES\",\"data\":"
            + "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\"]}]}";
    HttpResponse<byte[]> typed = post("/v2/models/wide/infer", strings);
    String head = BINARY.replace("FP32", "BYTES");
    HttpResponse<byte[]> raw =
        send(
            to("/v2/models/wide/infer")
                .header("Inference-Header-Content-Length", String.valueOf(head.length()))
                .POST(
                    BodyPublishers.ofByteArray(
                        joined(head.getBytes(StandardCharsets.UTF_8), new byte[32]))));
    for (HttpResponse<byte[]> answer : List.of(typed, raw)) {
      assertThat(answer.statusCode()).isEqualTo(501);
      assertThat(json(answer.body()).get("error").asText())
          .contains("input 'x' is BYTES: tensors of strings are not supported");
    }
  }

  private static OnnxModel open() {
    TensorFact fact = TensorFact.of(ElementType.FLOAT32, -1, 2);
    return ModelBuilder.opset(17)
        .input("x", fact)
        .node("Neg", List.of("x"), List.of("y"))
        .output("y", fact)
        .build();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://localhost:" + tier.httpAddress().orElseThrow().port() + path))
        .timeout(Duration.ofSeconds(20));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  private JsonNode json(byte[] body) throws IOException {
    return mapper.readTree(body);
  }

  private HttpResponse<byte[]> post(String path, String body) throws Exception {
    return send(to(path).POST(BodyPublishers.ofString(body)));
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    return send(to(path));
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] all = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  @Test
  void answersPlainJsonAsPlainJson() throws Exception {
    HttpResponse<byte[]> answer = post("/v2/models/wide/infer", PLAIN);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    JsonNode body = json(answer.body());
    assertThat(body.get("id").asText()).isEqualTo("7");
    assertThat(body.at("/outputs/0/shape").toString()).isEqualTo("[1,8]");
    assertThat(body.at("/outputs/0/data").toString())
        .isEqualTo("[1.0,2.0,3.0,4.5,5.0,6.0,7.0,8.0]");
    assertThat(post("/v2/models/wide/versions/1/infer", PLAIN).statusCode()).isEqualTo(200);
  }

  @Test
  void readsTheMembersOfAnInputInAnyOrder() throws Exception {
    String sorted =
        "{\"inputs\":[{\"data\":[1,2,3,4,5,6,7,8],\"datatype\":\"FP32\",\"name\":\"x\","
            + "\"shape\":[1,8],\"unknown\":[{}]}],\"model_name\":\"other\"}";
    assertThat(post("/v2/models/wide/infer", sorted).statusCode()).isEqualTo(200);
  }

  @Test
  void carriesTensorsAsBinaryBehindTheDocument() throws Exception {
    float[] values = {1, -2, 3, -4, 5, -6, 7, -8};
    byte[] head = BINARY.getBytes(StandardCharsets.UTF_8);
    HttpResponse<byte[]> answer =
        send(
            to("/v2/models/wide/infer")
                .header("Inference-Header-Content-Length", String.valueOf(head.length))
                .POST(BodyPublishers.ofByteArray(joined(head, floats(values)))));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/octet-stream");
    int length =
        (int) answer.headers().firstValueAsLong("inference-header-content-length").orElseThrow();
    byte[] document = java.util.Arrays.copyOf(answer.body(), length);
    assertThat(json(document).at("/outputs/0/parameters/binary_data_size").asInt()).isEqualTo(32);
    assertThat(java.util.Arrays.copyOfRange(answer.body(), length, answer.body().length))
        .isEqualTo(floats(1, 2, 3, 4, 5, 6, 7, 8));
  }

  @Test
  void takesABareTensorAndFindsItsFreeDimension() throws Exception {
    HttpResponse<byte[]> answer =
        send(
            to("/v2/models/open/infer")
                .header("Inference-Header-Content-Length", "0")
                .POST(BodyPublishers.ofByteArray(floats(1, 2, 3, 4, 5, 6))));
    assertThat(answer.statusCode()).isEqualTo(200);
    int length =
        (int) answer.headers().firstValueAsLong("inference-header-content-length").orElseThrow();
    assertThat(
            json(java.util.Arrays.copyOf(answer.body(), length)).at("/outputs/0/shape").toString())
        .isEqualTo("[3,2]");
    assertThat(answer.body().length - length).isEqualTo(24);
  }

  @Test
  void keepsEveryDigitOfLongIntegers() throws Exception {
    String body =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"INT64\","
            + "\"data\":[9223372036854775807,-9223372036854775808]}]}";
    HttpResponse<byte[]> answer = post("/v2/models/longs/infer", body);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .contains("[9223372036854775807,-9223372036854775808]");
    JsonNode metadata = json(get("/v2/models/longs").body());
    assertThat(metadata.at("/inputs/0/shape/0").isNumber()).isTrue();
    JsonNode stats = json(get("/v2/models/longs/stats").body());
    assertThat(stats.at("/model_stats/0/inference_count").isIntegralNumber()).isTrue();
    assertThat(stats.at("/model_stats/0/inference_stats/success/count").asLong()).isEqualTo(1);
    assertThat(stats.at("/model_stats/0/last_inference").isIntegralNumber()).isTrue();
  }

  @Test
  void halfPrecisionTravelsAsBinaryOnly() throws Exception {
    String tensor = "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"FP16\",";
    HttpResponse<byte[]> refused = post("/v2/models/halves/infer", tensor + "\"data\":[1,2]}]}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(json(refused.body()).get("error").asText()).contains("JSON cannot carry");
    byte[] head =
        (tensor
                + "\"parameters\":{\"binary_data_size\":4}}],"
                + "\"parameters\":{\"binary_data_output\":true}}")
            .getBytes(StandardCharsets.UTF_8);
    byte[] halves = {0, 0x3C, 0, 0x40};
    HttpResponse<byte[]> answer =
        send(
            to("/v2/models/halves/infer")
                .header("Inference-Header-Content-Length", String.valueOf(head.length))
                .POST(BodyPublishers.ofByteArray(joined(head, halves))));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(
            java.util.Arrays.copyOfRange(
                answer.body(), answer.body().length - 4, answer.body().length))
        .isEqualTo(halves);
  }

  @Test
  void packsAndUnpacksBodies() throws Exception {
    for (String encoding : List.of("gzip", "deflate")) {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (OutputStream out =
          encoding.equals("gzip")
              ? new GZIPOutputStream(packed)
              : new DeflaterOutputStream(packed)) {
        out.write(PLAIN.getBytes(StandardCharsets.UTF_8));
      }
      HttpResponse<byte[]> answer =
          send(
              to("/v2/models/wide/infer")
                  .header("Content-Encoding", encoding)
                  .POST(BodyPublishers.ofByteArray(packed.toByteArray())));
      assertThat(answer.statusCode()).as(encoding).isEqualTo(200);
    }
    HttpResponse<byte[]> packedStats =
        send(to("/v2/models/stats").header("Accept-Encoding", "gzip"));
    assertThat(packedStats.headers().firstValue("content-encoding")).hasValue("gzip");
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packedStats.body()))) {
      assertThat(json(in.readAllBytes()).get("model_stats")).hasSize(4);
    }
    HttpResponse<byte[]> unknown =
        send(
            to("/v2/models/wide/infer")
                .header("Content-Encoding", "br")
                .POST(BodyPublishers.ofString(PLAIN)));
    assertThat(unknown.statusCode()).isEqualTo(415);
  }

  @Test
  void whatUnpacksToMoreThanTheLimitIsRefused() throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bomb)) {
      out.write(new byte[64 * LIMIT]);
    }
    HttpResponse<byte[]> answer =
        send(
            to("/v2/models/wide/infer")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(bomb.toByteArray())));
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(json(answer.body()).get("error").asText()).contains("over the limit");
    assertThat(post("/v2/models/wide/infer", PLAIN).statusCode()).isEqualTo(200);
  }

  @Test
  void describesItselfAndItsModels() throws Exception {
    assertThat(get("/v2/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/v2/health/ready").statusCode()).isEqualTo(200);
    assertThat(json(get("/v2").body()).get("name").asText()).isEqualTo("scalpel");
    assertThat(json(get("/v2").body()).get("extensions").toString()).contains("binary_tensor_data");
    assertThat(get("/v2/models/wide/ready").statusCode()).isEqualTo(200);
    assertThat(json(get("/v2/models/wide/config").body()).get("max_batch_size").asInt()).isZero();
    assertThat(json(get("/v2/models/wide/versions/1").body()).at("/platform").asText())
        .isEqualTo("onnxruntime_onnx");
    assertThat(get("/v2/models/wide/versions/2").statusCode()).isEqualTo(404);
    assertThat(json(get("/v2/logging").body()).get("log_info").asBoolean()).isTrue();
    assertThat(json(get("/v2/trace/setting").body()).at("/trace_level/0").asText())
        .isEqualTo("OFF");
    assertThat(json(get("/v2/systemsharedmemory/status").body())).isEmpty();
  }

  @Test
  void modelsAreListedUnloadedAndLoaded() throws Exception {
    assertThat(json(post("/v2/repository/index", "").body())).hasSize(4);
    assertThat(post("/v2/repository/models/wide/unload", "{}").statusCode()).isEqualTo(200);
    assertThat(get("/v2/models/wide/ready").statusCode()).isEqualTo(503);
    assertThat(post("/v2/models/wide/infer", PLAIN).statusCode()).isEqualTo(404);
    assertThat(json(post("/v2/repository/index", "{\"ready\":true}").body())).hasSize(3);
    String brought = "{\"parameters\":{\"config\":\"{}\",\"file:1/model.onnx\":\"AAAA\"}}";
    assertThat(post("/v2/repository/models/wide/load", brought).statusCode()).isEqualTo(501);
    assertThat(post("/v2/repository/models/wide/load", "").statusCode()).isEqualTo(200);
    assertThat(post("/v2/models/wide/infer", PLAIN).statusCode()).isEqualTo(200);
    assertThat(post("/v2/repository/models/nobody/load", "{}").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          POST | /v2/models/nobody/infer | {}                        | 404 | Request for unknown model: 'nobody' is not found
          GET  | /v2/models/wide/infer   | -                         | 405 | expected POST
          POST | /v2/models/wide         | {}                        | 405 | expected GET
          GET  | /v3                     | -                         | 404 | no such path
          GET  | /v2/models/wide%ZZ      | -                         | 400 | path
          POST | /v2/models/wide/infer   | -                         | 400 | is empty
          POST | /v2/models/wide/infer   | [1]                       | 400 | expected an object
          POST | /v2/models/wide/infer   | {"inputs":[               | 400 | malformed
          POST | /v2/models/wide/infer   | {"inputs":[]} {}          | 400 | more than one
          POST | /v2/models/wide/infer   | {"inputs":[{"name":"x"}]} | 400 | unable to find data
          POST | /v2/models/wide/infer   | {"inputs":[{"name":"x","datatype":"FP31","shape":[1],"data":[1]}]} | 400 | FP31
          POST | /v2/models/wide/infer   | {"inputs":[{"name":"x","datatype":"FP32","shape":[-1],"data":[1]}]} | 400 | unknown
          POST | /v2/models/wide/infer   | {"inputs":[{"name":"x","datatype":"FP32","shape":[4000000000000],"data":[1]}]} | 400 | fewer elements
          POST | /v2/models/wide/infer   | {"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1]}]} | 400 | has 1 elements
          POST | /v2/models/wide/infer   | {"inputs":[{"name":"x","datatype":"FP32","shape":[1,1],"data":[1,2]}]} | 400 | more than the 1
          POST | /v2/models/wide/infer   | {"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":["a"]}]} | 400 | number was expected
          POST | /v2/models/wide/infer   | {"inputs":[{"name":"x","datatype":"UINT8","shape":[1],"data":[256]}]} | 400 | out of range
          POST | /v2/models/wide/infer   | {"inputs":[{"name":"x","datatype":"INT32","shape":[1],"data":[1.5]}]} | 400 | whole number
          POST | /v2/models/wide/infer   | {"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1e400]}]} | 400 | out of range
          POST | /v2/models/wide/infer   | {"inputs":[{"name":"x","datatype":"FP32","shape":[1,1],"data":[1]}]} | 400 | expected FP32[1, 8]
          POST | /v2/models/wide/infer   | {"inputs":[{"name":"x","shape":[1,8],"datatype":"FP32","parameters":{"binary_data_size":32}}]} | 400 | 0 are left
          POST | /v2/systemsharedmemory/region/a/register | {}       | 501 | shared memory
          POST | /v2/logging             | {"log_info":false}        | 501 | cannot be changed
          """)
  void refusesWithTheRightCodeAndWords(
      String method, String path, String body, int code, String words) throws Exception {
    try (Socket socket = socket()) {
      String content = body.equals("-") ? "" : body;
      String head =
          method
              + " "
              + path
              + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
              + content.length()
              + "\r\n\r\n";
      socket.getOutputStream().write((head + content).getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 " + code).contains("{\"error\":").contains(words);
    }
  }

  private Socket socket() throws IOException {
    Socket socket = new Socket("localhost", tier.httpAddress().orElseThrow().port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  @Test
  void requestsSentAheadAreAnsweredInOrderOnOneConnection() throws Exception {
    try (Socket socket = socket()) {
      StringBuilder ahead = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        String body = PLAIN.replace("\"7\"", "\"id-" + i + "\"");
        ahead
            .append("POST /v2/models/wide/infer HTTP/1.1\r\nHost: x\r\nContent-Length: ")
            .append(body.length())
            .append("\r\n")
            .append(i == 49 ? "Connection: close\r\n" : "")
            .append("\r\n")
            .append(body);
      }
      socket.getOutputStream().write(ahead.toString().getBytes(StandardCharsets.UTF_8));
      String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int at = 0;
      for (int i = 0; i < 50; i++) {
        at = answers.indexOf("\"id\":\"id-" + i + "\"", at);
        assertThat(at).as("answer " + i).isPositive();
      }
    }
  }

  @Test
  void whatIsNotHttpIsRefusedAndTheConnectionEnds() throws Exception {
    for (String rubbish :
        List.of(
            "\0\1\2\3\r\n\r\n",
            "GET /v2 HTTP/9.9\r\n\r\n",
            "POST / HTTP/1.1\r\nx: " + "y".repeat(20_000) + "\r\n\r\n")) {
      try (Socket socket = socket()) {
        socket.getOutputStream().write(rubbish.getBytes(StandardCharsets.UTF_8));
        socket.shutdownOutput();
        assertThat(socket.getInputStream().readAllBytes().length).isLessThan(2000);
      }
    }
    assertThat(get("/v2/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void isRefusedOffLoopbackWithoutEncryption() {
    assertThatThrownBy(() -> TierServer.start(Nets.tier("open", store).http("0.0.0.0:0").build()))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("listening on 0.0.0.0:0 is refused");
  }
}
