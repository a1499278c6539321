package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** REST, as the JDK's own client and bare sockets speak it. */
@Timeout(60)
class RestTest {
  @TempDir Path store;
  private RestTier tier;

  @BeforeEach
  void start() {
    tier = new RestTier(store);
  }

  @AfterEach
  void stop() {
    tier.close();
  }

  @Test
  void answersPlainJsonAsPlainJson() throws Exception {
    HttpResponse<byte[]> answer = tier.post("/v2/models/wide/infer", RestTier.PLAIN);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    JsonNode body = tier.json(answer.body());
    assertThat(body.get("id").asText()).isEqualTo("7");
    assertThat(body.at("/outputs/0/shape").toString()).isEqualTo("[1,8]");
    assertThat(body.at("/outputs/0/data").toString())
        .isEqualTo("[1.0,2.0,3.0,4.5,5.0,6.0,7.0,8.0]");
    assertThat(tier.post("/v2/models/wide/versions/1/infer", RestTier.PLAIN).statusCode())
        .isEqualTo(200);
  }

  @Test
  void readsTheMembersOfAnInputInAnyOrder() throws Exception {
    String sorted =
        "{\"inputs\":[{\"data\":[1,2,3,4,5,6,7,8],\"datatype\":\"FP32\",\"name\":\"x\","
            + "\"shape\":[1,8],\"unknown\":[{}]}],\"model_name\":\"other\"}";
    assertThat(tier.post("/v2/models/wide/infer", sorted).statusCode()).isEqualTo(200);
  }

  @Test
  void carriesTensorsAsBinaryBehindTheDocument() throws Exception {
    float[] values = {1, -2, 3, -4, 5, -6, 7, -8};
    byte[] head = RestTier.BINARY.getBytes(StandardCharsets.UTF_8);
    HttpResponse<byte[]> answer =
        tier.send(
            tier.to("/v2/models/wide/infer")
                .header("Inference-Header-Content-Length", String.valueOf(head.length))
                .POST(BodyPublishers.ofByteArray(RestTier.joined(head, RestTier.floats(values)))));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/octet-stream");
    int length =
        (int) answer.headers().firstValueAsLong("inference-header-content-length").orElseThrow();
    byte[] document = java.util.Arrays.copyOf(answer.body(), length);
    assertThat(tier.json(document).at("/outputs/0/parameters/binary_data_size").asInt())
        .isEqualTo(32);
    assertThat(java.util.Arrays.copyOfRange(answer.body(), length, answer.body().length))
        .isEqualTo(RestTier.floats(1, 2, 3, 4, 5, 6, 7, 8));
  }

  @Test
  void takesABareTensorAndFindsItsFreeDimension() throws Exception {
    HttpResponse<byte[]> answer =
        tier.send(
            tier.to("/v2/models/open/infer")
                .header("Inference-Header-Content-Length", "0")
                .POST(BodyPublishers.ofByteArray(RestTier.floats(1, 2, 3, 4, 5, 6))));
    assertThat(answer.statusCode()).isEqualTo(200);
    int length =
        (int) answer.headers().firstValueAsLong("inference-header-content-length").orElseThrow();
    assertThat(
            tier.json(java.util.Arrays.copyOf(answer.body(), length))
                .at("/outputs/0/shape")
                .toString())
        .isEqualTo("[3,2]");
    assertThat(answer.body().length - length).isEqualTo(24);
  }

  @Test
  void keepsEveryDigitOfLongIntegers() throws Exception {
    String body =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"INT64\","
            + "\"data\":[9223372036854775807,-9223372036854775808]}]}";
    HttpResponse<byte[]> answer = tier.post("/v2/models/longs/infer", body);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .contains("[9223372036854775807,-9223372036854775808]");
    JsonNode metadata = tier.json(tier.get("/v2/models/longs").body());
    assertThat(metadata.at("/inputs/0/shape/0").isNumber()).isTrue();
    JsonNode stats = tier.json(tier.get("/v2/models/longs/stats").body());
    assertThat(stats.at("/model_stats/0/inference_count").isIntegralNumber()).isTrue();
    assertThat(stats.at("/model_stats/0/inference_stats/success/count").asLong()).isEqualTo(1);
    assertThat(stats.at("/model_stats/0/last_inference").isIntegralNumber()).isTrue();
  }

  @Test
  void halfPrecisionTravelsAsBinaryOnly() throws Exception {
    String tensor = "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"FP16\",";
    HttpResponse<byte[]> refused =
        tier.post("/v2/models/halves/infer", tensor + "\"data\":[1,2]}]}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(tier.json(refused.body()).get("error").asText()).contains("JSON cannot carry");
    byte[] head =
        (tensor
                + "\"parameters\":{\"binary_data_size\":4}}],"
                + "\"parameters\":{\"binary_data_output\":true}}")
            .getBytes(StandardCharsets.UTF_8);
    byte[] halves = {0, 0x3C, 0, 0x40};
    HttpResponse<byte[]> answer =
        tier.send(
            tier.to("/v2/models/halves/infer")
                .header("Inference-Header-Content-Length", String.valueOf(head.length))
                .POST(BodyPublishers.ofByteArray(RestTier.joined(head, halves))));
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
        out.write(RestTier.PLAIN.getBytes(StandardCharsets.UTF_8));
      }
      HttpResponse<byte[]> answer =
          tier.send(
              tier.to("/v2/models/wide/infer")
                  .header("Content-Encoding", encoding)
                  .POST(BodyPublishers.ofByteArray(packed.toByteArray())));
      assertThat(answer.statusCode()).as(encoding).isEqualTo(200);
    }
    HttpResponse<byte[]> packedStats =
        tier.send(tier.to("/v2/models/stats").header("Accept-Encoding", "gzip"));
    assertThat(packedStats.headers().firstValue("content-encoding")).hasValue("gzip");
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packedStats.body()))) {
      assertThat(tier.json(in.readAllBytes()).get("model_stats")).hasSize(4);
    }
    HttpResponse<byte[]> unknown =
        tier.send(
            tier.to("/v2/models/wide/infer")
                .header("Content-Encoding", "br")
                .POST(BodyPublishers.ofString(RestTier.PLAIN)));
    assertThat(unknown.statusCode()).isEqualTo(415);
  }

  @Test
  void describesItselfAndItsModels() throws Exception {
    assertThat(tier.get("/v2/health/live").statusCode()).isEqualTo(200);
    assertThat(tier.get("/v2/health/ready").statusCode()).isEqualTo(200);
    assertThat(tier.json(tier.get("/v2").body()).get("name").asText()).isEqualTo("scalpel");
    assertThat(tier.json(tier.get("/v2").body()).get("extensions").toString())
        .contains("binary_tensor_data");
    assertThat(tier.get("/v2/models/wide/ready").statusCode()).isEqualTo(200);
    assertThat(tier.json(tier.get("/v2/models/wide/config").body()).get("max_batch_size").asInt())
        .isZero();
    assertThat(tier.json(tier.get("/v2/models/wide/versions/1").body()).at("/platform").asText())
        .isEqualTo("onnxruntime_onnx");
    assertThat(tier.get("/v2/models/wide/versions/2").statusCode()).isEqualTo(404);
    assertThat(tier.json(tier.get("/v2/logging").body()).get("log_info").asBoolean()).isTrue();
    assertThat(tier.json(tier.get("/v2/trace/setting").body()).at("/trace_level/0").asText())
        .isEqualTo("OFF");
    assertThat(tier.json(tier.get("/v2/systemsharedmemory/status").body())).isEmpty();
  }

  @Test
  void modelsAreListedUnloadedAndLoaded() throws Exception {
    assertThat(tier.json(tier.post("/v2/repository/index", "").body())).hasSize(4);
    assertThat(tier.post("/v2/repository/models/wide/unload", "{}").statusCode()).isEqualTo(200);
    assertThat(tier.get("/v2/models/wide/ready").statusCode()).isEqualTo(503);
    assertThat(tier.post("/v2/models/wide/infer", RestTier.PLAIN).statusCode()).isEqualTo(404);
    assertThat(tier.json(tier.post("/v2/repository/index", "{\"ready\":true}").body())).hasSize(3);
    String brought = "{\"parameters\":{\"config\":\"{}\",\"file:1/model.onnx\":\"AAAA\"}}";
    assertThat(tier.post("/v2/repository/models/wide/load", brought).statusCode()).isEqualTo(501);
    assertThat(tier.post("/v2/repository/models/wide/load", "").statusCode()).isEqualTo(200);
    assertThat(tier.post("/v2/models/wide/infer", RestTier.PLAIN).statusCode()).isEqualTo(200);
    assertThat(tier.post("/v2/repository/models/nobody/load", "{}").statusCode()).isEqualTo(404);
  }

  @Test
  void requestsSentAheadAreAnsweredInOrderOnOneConnection() throws Exception {
    try (Socket socket = tier.socket()) {
      StringBuilder ahead = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        String body = RestTier.PLAIN.replace("\"7\"", "\"id-" + i + "\"");
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
}
