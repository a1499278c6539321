package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What REST refuses, in words and with the right code; the tier goes on. */
@Timeout(60)
class RestRefusalTest {
  @TempDir static Path store;
  private static RestTier tier;

  @BeforeAll
  static void start() {
    tier = new RestTier(store);
  }

  @AfterAll
  static void stop() {
    tier.close();
  }

  @Test
  void tensorsOfStringsAreRefusedByName() throws Exception {
    String strings =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,8],\"datatype\":\"BYTES\",\"data\":"
            + "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\"]}]}";
    HttpResponse<byte[]> typed = tier.post("/v2/models/wide/infer", strings);
    String head = RestTier.BINARY.replace("FP32", "BYTES");
    HttpResponse<byte[]> raw =
        tier.send(
            tier.to("/v2/models/wide/infer")
                .header("Inference-Header-Content-Length", String.valueOf(head.length()))
                .POST(
                    BodyPublishers.ofByteArray(
                        RestTier.joined(head.getBytes(StandardCharsets.UTF_8), new byte[32]))));
    for (HttpResponse<byte[]> answer : List.of(typed, raw)) {
      assertThat(answer.statusCode()).isEqualTo(501);
      assertThat(tier.json(answer.body()).get("error").asText())
          .contains("input 'x' is BYTES: tensors of strings are not supported");
    }
  }

  @Test
  void whatUnpacksToMoreThanTheLimitIsRefused() throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bomb)) {
      out.write(new byte[64 * RestTier.LIMIT]);
    }
    HttpResponse<byte[]> answer =
        tier.send(
            tier.to("/v2/models/wide/infer")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(bomb.toByteArray())));
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(tier.json(answer.body()).get("error").asText()).contains("over the limit");
    assertThat(tier.post("/v2/models/wide/infer", RestTier.PLAIN).statusCode()).isEqualTo(200);
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
    try (Socket socket = tier.socket()) {
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

  @Test
  void whatIsNotHttpIsRefusedAndTheConnectionEnds() throws Exception {
    for (String rubbish :
        List.of(
            "\0\1\2\3\r\n\r\n",
            "GET /v2 HTTP/9.9\r\n\r\n",
            "POST / HTTP/1.1\r\nx: " + "y".repeat(20_000) + "\r\n\r\n")) {
      try (Socket socket = tier.socket()) {
        socket.getOutputStream().write(rubbish.getBytes(StandardCharsets.UTF_8));
        socket.shutdownOutput();
        assertThat(socket.getInputStream().readAllBytes().length).isLessThan(2000);
      }
    }
    assertThat(tier.get("/v2/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void isRefusedOffLoopbackWithoutEncryption() {
    assertThatThrownBy(() -> TierServer.start(Nets.tier("open", store).http("0.0.0.0:0").build()))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("listening on 0.0.0.0:0 is refused");
  }
}
